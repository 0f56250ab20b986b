import { mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from '../src-main/math/statistics/quantile.ts'
import { createStudy, readStudyFile } from '../src-main/features/studies/node/create-study.ts'
import { runStudy } from '../src-main/running/run-study.ts'
import { locateWorkspace } from '../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { writePicture } from './gradient-picture.ts'

/**
 * `npm run bench:six-ways`: one problem by grid, random, TPE, genetic, particle swarm and gradient, from the sample studies
 * `six-ways-*.yaml`. `--seeds` (3) runs of each; `--db FILE` keeps the studies, and goes on with what is finished in it;
 * `--picture FILE.svg`.
 *
 * Loss on rows that no gradient saw, best so far, against training-equivalents: a trial with a gradient counts four.
 */
const ways = ['grid', 'random', 'tpe', 'genetic', 'pso', 'gradient'] as const
type Way = (typeof ways)[number]
/** What a reverse gradient costs in trainings (`bench:gradient` measures it). */
const costOf = (way: Way): number => (way === 'gradient' ? 4 : 1)
const marks = [8, 16, 32, 64, 120]

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    db: { type: 'string' },
    picture: { type: 'string' },
  },
})
const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-six-ways-'))
const workspace = locateWorkspace(path.resolve(options.db ?? path.join(folder, 'six-ways.sqlite')))

interface Run {
  readonly way: Way
  readonly seed: number
  /** Best so far after each trial. */
  readonly points: readonly { readonly equivalents: number; readonly loss: number }[]
  readonly testLoss: number
}

async function run(way: Way, seed: number): Promise<Run> {
  const file = await readStudyFile(
    fileURLToPath(new URL(`../resources/samples/six-ways-${way}.yaml`, import.meta.url)),
  )
  const name =
    seed === file.specification.seed ? file.specification.name : `six-ways-${way}-${seed}`
  const specification = { ...file.specification, name, seed }
  const store = openStudyStore(workspace.databasePath)
  try {
    const storedStudy = store.listStudies().find(study => study.name === name)
    if (storedStudy?.state !== 'finished') {
      const { datasetCacheDirectory } = workspace
      const study =
        storedStudy ??
        (await createStudy({
          file: { ...file, specification },
          store,
          datasetCacheDirectory,
          now: Date.now,
        }))
      await runStudy({ store, study, workspace, now: Date.now })
    }
    const { trials, winner } = store.snapshot(store.findStudy(name).id)
    let loss = Number.POSITIVE_INFINITY
    const points = trials.map(({ values }, index) => {
      loss = Math.min(loss, values[0] ?? Number.POSITIVE_INFINITY)
      return { equivalents: (index + 1) * costOf(way), loss }
    })
    return { way, seed, points, testLoss: winner?.metrics['testLoss'] ?? Number.NaN }
  } finally {
    store.close()
  }
}

const runs: Run[] = []
for (let index = 0; index < Number(options.seeds); index++) {
  for (const way of ways) {
    // 3 is the seed of the sample files.
    const finishedRun = await run(way, 3 + index)
    runs.push(finishedRun)
    console.log(
      `${way}, seed ${finishedRun.seed}: ${finishedRun.points.at(-1)?.loss.toFixed(4) ?? '–'}`,
    )
  }
}

function lossAt({ points }: Run, equivalents: number): number {
  return points.findLast(point => point.equivalents <= equivalents)?.loss ?? Number.NaN
}

const rows = ways.map(way => {
  const wayRuns = runs.filter(candidate => candidate.way === way)
  const last = wayRuns.map(({ points }) => points.at(-1)?.equivalents ?? 0)
  const at = marks.map(mark =>
    mark > Math.max(...last) ? null : median(wayRuns.map(wayRun => lossAt(wayRun, mark))),
  )
  const end = median(wayRuns.map(wayRun => wayRun.points.at(-1)?.loss ?? Number.NaN))
  return { way, at, end, testLoss: median(wayRuns.map(wayRun => wayRun.testLoss)) }
})
console.log(`\nmedians of ${options.seeds} runs: best loss after so many trainings`)
printTable(
  ['', ...marks.map(String), 'end', 'test loss'],
  rows.map(({ way, at, end, testLoss }) => [
    way,
    ...[...at, end, testLoss].map(value => (value === null ? '–' : value.toFixed(4))),
  ]),
)
writeResults('six-ways', { ...benchMachine(), rows, runs })
if (options.db !== undefined) console.log(`studies: ${workspace.databasePath}`)
if (options.picture !== undefined) {
  const colors: Record<Way, string> = {
    grid: '#7d6608',
    random: '#7f8c8d',
    tpe: '#2471a3',
    genetic: '#8e44ad',
    pso: '#1e8449',
    gradient: '#c0392b',
  }
  const longest = 120
  writePicture(options.picture, [
    {
      title: 'six ways: best holdout loss',
      horizontal: 'training-equivalents',
      lines: ways.map(way => {
        const wayRuns = runs.filter(candidate => candidate.way === way)
        const budgets = Array.from({ length: longest }, (_, index) => index + 1).filter(
          budget =>
            budget >= costOf(way) &&
            wayRuns.every(({ points }) => budget <= (points.at(-1)?.equivalents ?? 0)),
        )
        const points = budgets.map(
          budget => [budget, median(wayRuns.map(wayRun => lossAt(wayRun, budget)))] as const,
        )
        return { name: way, color: colors[way], points }
      }),
    },
  ])
}
process.exit(0)
