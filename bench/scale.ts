import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { studySpecificationSchema } from '../src-main/contract/study-specification.ts'
import { runStudy } from '../src-main/running/run-study.ts'
import { openStudyStore } from '../src-main/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../src-main/storage/workspace.ts'
import { createStudy } from '../src-main/study/create-study.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * Costs of many trials, or of trials of many steps, in the main process beside their training: processor time, also per trial at the start and at
 * the end, and the peak of its memory.
 * `node bin/run.cjs bench/scale.ts [TRIALS STEPS SLOTS]`; without words 100 trials of 100,000 steps and 10,000 trials of one.
 */

interface Case {
  readonly trials: number
  readonly steps: number
  readonly slots: number
}

/** Share of the trials that is the start, and the end. */
const PART = 0.1
const SAMPLE_EVERY_MS = 100

const [trials, steps, slots] = process.argv.slice(2).map(Number)
const cases: readonly Case[] =
  trials !== undefined && steps !== undefined
    ? [{ trials, steps, slots: slots ?? 2 }]
    : [
        { trials: 100, steps: 100_000, slots: 2 },
        { trials: 10_000, steps: 1, slots: 2 },
      ]

const measurements = []
for (const one of cases) measurements.push({ ...one, ...(await measure(one)) })
printTable(
  ['trials', 'steps', 'slots', 'seconds', 'processor s', 'ms a trial: start', 'end', 'peak MB'],
  measurements.map(row => [
    ...[row.trials, row.steps, row.slots].map(String),
    ...[row.seconds, row.processorSeconds].map(value => value.toFixed(1)),
    ...[row.startMs, row.endMs].map(value => value.toFixed(2)),
    (row.peakBytes / 1e6).toFixed(0),
  ]),
)
writeResults('scale', { machine: benchMachine(), measurements })

async function measure({ trials, steps, slots }: Case) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
  const database = path.join(folder, 'studies.sqlite')
  const store = openStudyStore(database)
  let peakBytes = 0
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, SAMPLE_EVERY_MS)
  try {
    const specification = studySpecificationSchema.parse({
      name: 'scale',
      objective: { function: 'branin', steps },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      ...{ sampler: { name: 'random' }, pruner: { name: 'none' }, checkpoint: 'none', slots },
      stop: { trials },
    })
    const study = await createStudy({
      file: { specification, source: '', directory: folder },
      ...{ store, datasetCacheDirectory: folder, now: Date.now },
    })
    /** Processor time at each finished trial, in ms. */
    const marks: number[] = []
    const before = process.cpuUsage()
    const start = performance.now()
    const { end } = await runStudy({
      ...{ store, study, workspace: locateWorkspace(database), now: Date.now },
      listener: { trialFinished: () => marks.push(processorMs(before)) },
    })
    if (end.state !== 'finished') throw new Error(`the study is ${end.state}`)
    const part = Math.max(1, Math.floor(PART * trials))
    const between = (from: number, to: number) => ((marks[to] ?? 0) - (marks[from] ?? 0)) / part
    return {
      seconds: (performance.now() - start) / 1_000,
      processorSeconds: processorMs(before) / 1_000,
      // The first part warms up.
      startMs: between(Math.min(part, trials - 1 - part), Math.min(2 * part, trials - 1)),
      endMs: between(trials - 1 - part, trials - 1),
      peakBytes,
    }
  } finally {
    clearInterval(timer)
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
