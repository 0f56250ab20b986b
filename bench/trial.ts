import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { median } from '../src-main/math/statistics/quantile.ts'
import type { PrepareMessage } from '../src-main/core/processes/trainer-protocol.ts'
import { studySpecificationSchema } from '../src-main/core/study/study-specification.ts'
import { TrainerHandle } from '../src-main/running/executors/local/node/local-executor.ts'
import { prepareDataset } from '../src-main/datasets/ingest-client.ts'
import { createStudy } from '../src-main/features/studies/node/create-study.ts'
import { runStudy } from '../src-main/running/run-study.ts'
import { locateWorkspace } from '../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * What a trial costs around its training.
 *
 * - cold: spawn of a trainer until it is prepared (process, engine, data)
 * - warm: gap between two trainings when a prepared spare waits: the end of one is stored, the next is
 *   proposed, stored, handed over
 * - light: a whole trial of a test function, whose training costs nothing, in a reused process
 *
 * Proposals are random: another default sampler is no other overhead.
 */
const repeats = 7
const trainerEntry = new URL('../src-main/entry-points/trainer.ts', import.meta.url)
const directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-bench-'))
const workspace = locateWorkspace(path.join(directory, 'bench.sqlite'))

const image = {
  task: 'image',
  data: { source: 'mnist', train: 1000, validation: 500, test: 500 },
} as const

const coldMs = await measureCold()
const warmMs = await measureWarm()
const lightMs = await measureLight()
await rm(directory, { recursive: true, force: true })

const rows = [
  { name: 'cold: spawn → prepared (wasm, MNIST)', milliseconds: median(coldMs) },
  { name: 'warm: training ends → next training starts', milliseconds: median(warmMs) },
  { name: 'light: whole trial of a test function', milliseconds: median(lightMs) },
]
printTable(
  ['overhead per trial', 'median ms'],
  rows.map(row => [row.name, row.milliseconds.toFixed(2)]),
)
writeResults('trial', { machine: benchMachine(), repeats, rows })

async function measureCold(): Promise<number[]> {
  const dataset = await prepareDataset({
    objective: image,
    studyDirectory: directory,
    cacheDirectory: workspace.datasetCacheDirectory,
  })
  const prepare: PrepareMessage = {
    objective: image,
    engine: 'wasm',
    datasetDirectory: dataset?.directory ?? null,
    seed: 1,
  }
  const durationsMs: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    const startMs = performance.now()
    const trainer = new TrainerHandle({ prepare, entry: trainerEntry })
    const preparation = await trainer.prepared
    if (!preparation.ok) throw new Error(JSON.stringify(preparation.failure.reason))
    durationsMs.push(performance.now() - startMs)
    await trainer.stop()
  }
  return durationsMs
}

async function measureWarm(): Promise<number[]> {
  const gapsMs: number[] = []
  let endedMs = Number.NaN
  await runBenchStudy(
    {
      name: 'warm',
      objective: image,
      goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
      // Long enough for the spare to be ready when the training ends.
      space: { model: { fixed: 'mlp' }, units: { int: [32, 64] }, epochs: { fixed: 20 } },
      sampler: { name: 'random' },
      stop: { trials: repeats + 1 },
      engine: 'wasm',
    },
    {
      outcomeArrived: () => {
        endedMs = performance.now()
      },
      attemptStarted: () => {
        if (!Number.isNaN(endedMs)) gapsMs.push(performance.now() - endedMs)
      },
    },
  )
  return gapsMs
}

async function measureLight(): Promise<number[]> {
  const durationsMs: number[] = []
  let startMs = Number.NaN
  await runBenchStudy(
    {
      name: 'light',
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      sampler: { name: 'random' },
      stop: { trials: 500 },
    },
    {
      proposed: () => {
        const nowMs = performance.now()
        if (!Number.isNaN(startMs)) durationsMs.push(nowMs - startMs)
        startMs = nowMs
      },
    },
  )
  return durationsMs
}

async function runBenchStudy(
  specification: Parameters<typeof studySpecificationSchema.parse>[0],
  points: Readonly<Record<string, () => void>>,
): Promise<void> {
  const store = openStudyStore(workspace.databasePath)
  const study = await createStudy({
    file: { specification: studySpecificationSchema.parse(specification), source: '', directory },
    store,
    datasetCacheDirectory: workspace.datasetCacheDirectory,
    now: Date.now,
  })
  await runStudy({
    store,
    study,
    workspace,
    now: Date.now,
    trace: point => {
      points[point]?.()
    },
  })
  store.close()
}
