import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { median } from '../src-main/math/statistics/quantile.ts'
import { signedRankAbove } from '../src-main/math/statistics/signed-rank.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { drawLines } from './lines-picture.ts'
import { findDataFolder } from './search/problems/data-folder.ts'
import { groupNames, loadCurveTasks, selections } from './taskset/curve-tasks.ts'
import { decisionCost } from './taskset/decision-cost.ts'
import { runFreezeThaw } from './taskset/run-freeze-thaw.ts'
import { nepsMethods, runNeps } from './taskset/run-neps.ts'
import { runPruner } from './taskset/run-pruner.ts'
import type { CurveTask } from './taskset/taskset.ts'

/**
 * Freeze-thaw, promotion and, where TUNEWRIGHT_NEPS_PYTHON names a Python that has it, NePS on tables of learning curves, by the cost in full
 * trainings. `npm run bench:freeze-thaw -- [SEEDS] [--group taskset|lcbench] [--tasks reported|tuned|all] [--keep FILE.json]
 * [--picture FILE.svg]`, 20 seeds by default. Runs that stand in the kept file are not done again.
 */

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    group: { type: 'string', default: 'taskset' },
    keep: { type: 'string' },
    picture: { type: 'string' },
    tasks: { type: 'string', default: 'reported' },
  },
})

function oneOf<Name extends string>(names: readonly Name[], option: string, value: string): Name {
  const match = names.find(name => name === value)
  if (match === undefined) throw new Error(`--${option} ${value}: must be ${names.join(', ')}`)
  return match
}

const group = oneOf(groupNames, 'group', options.group)
const selection = oneOf(selections, 'tasks', options.tasks)
const seeds = Array.from({ length: Number(positionals[0] ?? 20) }, (_, seed) => seed)
const costs = [5, 10, 20] as const
/** Steps of the first increment and of the first rung: the values after one step are those of the untrained networks. */
const LEAST = 2
const promotion = { name: 'promotion', minResource: LEAST, reductionFactor: 3, maxResource: 51 }
const python = process.env['TUNEWRIGHT_NEPS_PYTHON']
if (python === undefined) console.log('without NePS (TUNEWRIGHT_NEPS_PYTHON)')

const decisions = [100, 1000].map(trials => ({ trials, ...decisionCost(trials) }))
console.log('Milliseconds of processor for one decision, trials of 50 steps and 8 parameters\n')
printTable(
  ['trials', 'median', 'most'],
  decisions.map(({ trials, medianMs, maxMs }) => [
    String(trials),
    ...[medianMs, maxMs].map(cost => cost.toFixed(0)),
  ]),
)

/** Regret at each of the costs by task, seed and method. */
type RegretsByRun = Record<string, number[]>
const keyOf = (method: string, task: string, seed: number): string => `${method}|${task}|${seed}`

function runAll(tasks: readonly CurveTask[], regretsByRun: RegretsByRun): void {
  const storeRegrets = (method: string, task: CurveTask, seed: number, regrets: number[]): void => {
    regretsByRun[keyOf(method, task.name, seed)] = regrets
    if (options.keep !== undefined) writeFileSync(options.keep, JSON.stringify(regretsByRun))
  }
  for (const task of tasks) {
    const missing = (method: string): number[] =>
      seeds.filter(seed => regretsByRun[keyOf(method, task.name, seed)] === undefined)
    for (const seed of missing('promotion')) {
      const pruner = { ...promotion, maxResource: task.steps }
      storeRegrets('promotion', task, seed, runPruner(task, pruner, seed, costs))
    }
    const absent = Object.keys(nepsMethods).flatMap(missing)
    if (python !== undefined && absent.length > 0) {
      const wanted = [...new Set(absent)]
      const regretsByMethod = runNeps(python, {
        task,
        methods: nepsMethods,
        least: LEAST,
        seeds: wanted,
        costs,
      })
      for (const [method, runs] of Object.entries(regretsByMethod)) {
        runs.forEach((regrets, at) => storeRegrets(method, task, wanted[at]!, regrets))
      }
    }
  }
  for (const seed of seeds) {
    for (const task of tasks) {
      if (regretsByRun[keyOf('freezeThaw', task.name, seed)] !== undefined) continue
      storeRegrets('freezeThaw', task, seed, runFreezeThaw(task, seed, costs))
    }
  }
}

const folder = findDataFolder()
if (folder === null) {
  console.log('skipped: no data folder (TUNEWRIGHT_BENCH_DATA)')
} else {
  const tasks = await loadCurveTasks(folder, group, selection)
  const regretsByRun: RegretsByRun =
    options.keep !== undefined && existsSync(options.keep)
      ? (JSON.parse(readFileSync(options.keep, 'utf8')) as RegretsByRun)
      : {}
  runAll(tasks, regretsByRun)
  const methods = [
    'freezeThaw',
    'promotion',
    ...(python === undefined ? [] : Object.keys(nepsMethods)),
  ]
  const regretsOf = (method: string, some: readonly CurveTask[] = tasks): number[][] =>
    some.flatMap(({ name }) => seeds.map(seed => regretsByRun[keyOf(method, name, seed)]!))
  const mediansOf = (method: string, some?: readonly CurveTask[]): number[] =>
    costs.map((_, index) => median(regretsOf(method, some).map(regrets => regrets[index]!)))
  /** Runs in which freeze-thaw is better and worse than a method, and the one-sided p of the signed rank. */
  const against = (method: string) =>
    costs.map((_, index) => {
      const freezeThawRegrets = regretsOf('freezeThaw')
      const gains = regretsOf(method).map(
        (regrets, at) => regrets[index]! - freezeThawRegrets[at]![index]!,
      )
      return {
        better: gains.filter(gain => gain > 0).length,
        worse: gains.filter(gain => gain < 0).length,
        pValue: signedRankAbove(gains),
      }
    })
  const results = methods.map(method => ({
    method,
    medians: mediansOf(method),
    against: against(method),
  }))
  const format = (values: readonly number[]): string[] => values.map(value => value.toFixed(3))
  console.log(`Median normalized regret, ${tasks.length} tasks × ${seeds.length} seeds\n`)
  printTable(
    ['', ...costs.map(String), ...costs.map(cost => `freezeThaw better, worse, p at ${cost}`)],
    results.map(({ method, medians, against: tests }) => [
      method,
      ...format(medians),
      ...tests.map(({ better, worse, pValue }) => `${better}, ${worse}, ${pValue.toPrecision(2)}`),
    ]),
  )
  console.log()
  printTable(
    ['', ...costs.map(String)],
    tasks.flatMap(task =>
      ['freezeThaw', 'promotion'].map(method => [
        `${method}, ${task.name.replace(/^.*imdb_/u, '')}`,
        ...format(mediansOf(method, [task])),
      ]),
    ),
  )
  if (options.picture !== undefined) {
    const name = group === 'taskset' ? 'TaskSet' : 'LCBench'
    const picture = drawLines({
      title: `${name}: regret of the setting found, by cost in full trainings (${seeds.length} seeds)`,
      series: results.map(({ method, medians }) => ({
        label: method,
        at: Object.fromEntries(costs.map((cost, index) => [cost, medians[index]!])),
        isReference: method !== 'freezeThaw',
      })),
      costs,
      best: 0,
    })
    writeFileSync(options.picture, picture)
    console.log(options.picture)
  }
  writeResults('freeze-thaw', { machine: benchMachine(), group, costs, results, decisions })
}
