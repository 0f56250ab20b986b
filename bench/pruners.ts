import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { median } from '../src-main/math/statistics/quantile.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { drawLines } from './lines-picture.ts'
import { findDataFolder } from './search/problems/data-folder.ts'
import { runPruner } from './taskset/run-pruner.ts'
import { loadTaskSet } from './taskset/taskset.ts'

/**
 * What pruning saves on real learning curves (TaskSet): random settings, one after the other, each judged after every step
 * through `StudySearch`. `npm run bench:pruners -- [SEEDS] [--picture FILE.svg]`, 50 seeds by default.
 *
 * Regret: final loss of the best setting that was trained to the end, until then of the one that was best at the last step
 * reached; 0 is the best of the table, 1 its median.
 */

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { picture: { type: 'string' } },
})
const seeds = Number(positionals[0] ?? 50)
/** Costs in full trainings. */
const costs = [5, 10, 20, 50, 100] as const

const entries = [
  { name: 'none' },
  { name: 'median', warmupSteps: 3, minMargin: 0 },
  { name: 'successiveHalving', minResource: 2, reductionFactor: 3 },
  { name: 'asha', minResource: 2, reductionFactor: 3 },
  { name: 'hyperband', minResource: 2, reductionFactor: 3 },
  // Of 51 steps, as all of these tasks have.
  { name: 'promotion', minResource: 2, reductionFactor: 3, maxResource: 51 },
  { name: 'promotion', minResource: 2, reductionFactor: 3, maxResource: 51, brackets: 3 },
] as const

/** Medians of other implementations over 12 tasks × 100 seeds of the same collection; these methods promote. */
const reference = {
  'random, full trainings': [0.958, 0.631, 0.417, 0.237, 0.163],
  'successive halving, synchronous': [0.282, 0.213, 0.125, 0.021, 0],
  'ASHA, one worker': [0.338, 0.229, 0.143, 0.036, 0],
  Hyperband: [0.383, 0.282, 0.213, 0.103, 0.036],
} as const

const folder = findDataFolder()
if (folder === null) {
  console.log('skipped: no data folder (TUNEWRIGHT_BENCH_DATA)')
} else {
  const tasks = loadTaskSet(path.join(folder, 'taskset'))
  const results = entries.map(entry => {
    const runs = tasks.flatMap(task =>
      Array.from({ length: seeds }, (_, seed) => runPruner(task, entry, seed, costs)),
    )
    return { pruner: entry, medians: costs.map((_, index) => median(runs.map(row => row[index]!))) }
  })
  console.log(
    `Median normalized regret, ${tasks.length} tasks × ${seeds} seeds, by cost in full trainings\n`,
  )
  const format = (values: readonly number[]): string[] => values.map(value => value.toFixed(3))
  printTable(
    ['pruner', ...costs.map(String)],
    [
      ...results.map(({ pruner: { name, ...options }, medians }) => [
        `${name} ${JSON.stringify(options)}`,
        ...format(medians),
      ]),
      ...Object.entries(reference).map(([name, values]) => [`(${name})`, ...format(values)]),
    ],
  )
  console.log('In round brackets: other implementations, which promote, over 12 tasks × 100 seeds.')
  if (options.picture !== undefined) {
    const byCost = (values: readonly number[]): Record<number, number> =>
      Object.fromEntries(costs.map((cost, index) => [cost, values[index]!]))
    const picture = drawLines({
      title: `TaskSet: regret of the setting found, by cost in full trainings (${seeds} seeds)`,
      series: results.map(({ pruner, medians }) => ({
        label: 'brackets' in pruner ? `${pruner.name}, ${pruner.brackets} brackets` : pruner.name,
        at: byCost(medians),
        isReference: pruner.name === 'none',
      })),
      costs,
      best: 0,
    })
    writeFileSync(options.picture, picture)
    console.log(options.picture)
  }
  writeResults('pruners', {
    machine: benchMachine(),
    seeds,
    tasks: tasks.length,
    costs,
    results,
    reference,
  })
}
