import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { median } from '../src-main/math/statistics/quantile.ts'
import { signedRankAbove } from '../src-main/math/statistics/signed-rank.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { drawLines } from './lines-picture.ts'
import { findDataFolder } from './search/problems/data-folder.ts'
import { decisionCost } from './taskset/decision-cost.ts'
import { runFreezeThaw } from './taskset/run-freeze-thaw.ts'
import { runPruner } from './taskset/run-pruner.ts'
import { loadTaskSet } from './taskset/taskset.ts'

/**
 * Freeze-thaw against promotion on real learning curves (TaskSet), by the cost in full trainings.
 * `npm run bench:freeze-thaw -- [SEEDS] [--tasks reported] [--keep FILE.json] [--picture FILE.svg]`, 20 seeds by default.
 *
 * Kernel, margin and horizon were chosen on the tasks of even place (`tuned`); those of odd place are `reported`. Runs that stand in the
 * kept file are not done again.
 */

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    keep: { type: 'string' },
    picture: { type: 'string' },
    tasks: { type: 'string', default: 'reported' },
  },
})
const seeds = Number(positionals[0] ?? 20)
const costs = [5, 10, 20] as const
const promotion = { name: 'promotion', minResource: 2, reductionFactor: 3, maxResource: 51 }

const decisions = [100, 1000].map(trials => ({ trials, ...decisionCost(trials) }))
console.log('Milliseconds of processor for one decision, trials of 50 steps and 8 parameters\n')
printTable(
  ['trials', 'median', 'most'],
  decisions.map(({ trials, medianMs, maxMs }) => [
    String(trials),
    ...[medianMs, maxMs].map(cost => cost.toFixed(0)),
  ]),
)

const folder = findDataFolder()
if (folder === null) {
  console.log('skipped: no data folder (TUNEWRIGHT_BENCH_DATA)')
} else {
  const all = loadTaskSet(path.join(folder, 'taskset'))
  const tasks = all.filter(
    (_, place) => options.tasks === 'all' || (place % 2 === 0) === (options.tasks === 'tuned'),
  )
  const kept: Record<string, number[]> =
    options.keep !== undefined && existsSync(options.keep)
      ? (JSON.parse(readFileSync(options.keep, 'utf8')) as Record<string, number[]>)
      : {}
  const runs = Array.from({ length: seeds }, (_, seed) => seed).flatMap(seed =>
    tasks.map(task => {
      const key = `${task.name} ${seed}`
      const freezeThaw = kept[key] ?? runFreezeThaw(task, seed, costs)
      kept[key] = freezeThaw
      if (options.keep !== undefined) writeFileSync(options.keep, JSON.stringify(kept))
      return { task: task.name, freezeThaw, promotion: runPruner(task, promotion, seed, costs) }
    }),
  )
  const mediansOf = (method: 'freezeThaw' | 'promotion', some = runs): number[] =>
    costs.map((_, place) => median(some.map(run => run[method][place]!)))
  const results = { freezeThaw: mediansOf('freezeThaw'), promotion: mediansOf('promotion') }
  const tests = costs.map((_, place) => {
    const differences = runs.map(run => run.freezeThaw[place]! - run.promotion[place]!)
    return {
      better: differences.filter(difference => difference < 0).length,
      worse: differences.filter(difference => difference > 0).length,
      pValue: signedRankAbove(differences.map(difference => -difference)),
    }
  })
  const format = (values: readonly number[]): string[] => values.map(value => value.toFixed(3))
  console.log(`Median normalised regret, ${tasks.length} tasks × ${seeds} seeds\n`)
  printTable(
    ['', ...costs.map(String)],
    [
      ['freezeThaw', ...format(results.freezeThaw)],
      ['promotion', ...format(results.promotion)],
      ['better, worse', ...tests.map(({ better, worse }) => `${better}, ${worse}`)],
      ['signed rank, p', ...tests.map(({ pValue }) => pValue.toPrecision(2))],
      ...tasks.flatMap(({ name }) => {
        const own = runs.filter(({ task }) => task === name)
        return (['freezeThaw', 'promotion'] as const).map(method => [
          `${method}, ${name.replace(/^.*imdb_/u, '')}`,
          ...format(mediansOf(method, own)),
        ])
      }),
    ],
  )
  if (options.picture !== undefined) {
    const picture = drawLines({
      title: `TaskSet: regret of the setting found, by cost in full trainings (${seeds} seeds)`,
      series: (['freezeThaw', 'promotion'] as const).map(label => ({
        label,
        at: Object.fromEntries(costs.map((cost, place) => [cost, results[label][place]!])),
        isReference: label === 'promotion',
      })),
      costs,
      best: 0,
    })
    writeFileSync(options.picture, picture)
    console.log(options.picture)
  }
  writeResults('freeze-thaw', {
    machine: benchMachine(),
    seeds,
    costs,
    results,
    tests,
    runs,
    decisions,
  })
}
