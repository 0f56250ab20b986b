import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { median } from '../src-main/math/statistics/quantile.ts'
import { studySpecificationSchema } from '../src-main/contract/study-specification.ts'
import { createPermutation } from '../src-main/math/random/permutation.ts'
import { StudySearch } from '../src-main/search/study-search.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { drawLines } from './lines-picture.ts'
import { findDataFolder } from './search/problems/data-folder.ts'

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
  { name: 'median', warmupSteps: 3 },
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

interface Task {
  readonly configs: number
  readonly steps: number
  /** Validation loss, setting × step; diverged ones are huge. */
  readonly losses: Float64Array
}

function loadTasks(folder: string): Task[] {
  const index = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8')) as {
    tasks: { task: string; configs: number; steps: number }[]
  }
  return index.tasks
    .filter(({ task }) => existsSync(path.join(folder, `${task}.f32`)))
    .map(({ task, configs, steps }) => {
      const bytes = readFileSync(path.join(folder, `${task}.f32`))
      const losses = Float64Array.from({ length: configs * steps }, (_, at) => {
        const row = 3 * Math.floor(at / steps) + 1
        const value = bytes.readFloatLE(4 * (row * steps + (at % steps)))
        return Number.isFinite(value) ? value : 1e9
      })
      return { configs, steps, losses }
    })
}

/** Regret at each of the costs. */
function run(task: Task, pruner: (typeof entries)[number], seed: number): number[] {
  const { configs, steps, losses } = task
  const at = (setting: number, step: number): number => losses[setting * steps + step - 1]!
  const finals = Array.from({ length: configs }, (_, setting) => at(setting, steps))
  const best = Math.min(...finals)
  const middle = median(finals)
  const order = createPermutation(configs, { seed, number: 0, purpose: 'bench pruners' })
  const search = new StudySearch()
  const specification = studySpecificationSchema.parse({
    name: 'bench',
    objective: { function: 'branin' },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { setting: { int: [0, configs - 1] } },
    sampler: { name: 'random' },
    pruner,
    stop: { trials: 2 * configs },
    seed,
  })
  search.open(specification, [])
  const regrets: number[] = []
  const settingOf = new Map<number, number>()
  let spent = 0
  let bestFinal = Number.POSITIVE_INFINITY
  let bestUnfinished = { loss: Number.POSITIVE_INFINITY, step: 0, setting: -1 }
  let fresh = 0
  for (let number = 0; regrets.length < costs.length; number++) {
    // A pruner that promotes says so in place of the sampler; new settings come from the permutation, for all pruners the same.
    const proposal = pruner.name === 'promotion' ? search.propose(number) : null
    const origin = proposal === null || 'exhausted' in proposal ? undefined : proposal.origin
    const setting =
      origin === undefined ? order.at(fresh++ % configs) : settingOf.get(origin.trial)!
    settingOf.set(number, setting)
    search.started(number, { setting }, origin === undefined ? {} : { origin })
    let state: 'complete' | 'pruned' = 'complete'
    let bestReported = Number.POSITIVE_INFINITY
    for (let step = (origin?.step ?? 0) + 1; step <= steps && state === 'complete'; step++) {
      const loss = at(setting, step)
      bestReported = Math.min(bestReported, loss)
      if (++spent === costs[regrets.length]! * steps) regrets.push(regret())
      if (
        step > bestUnfinished.step ||
        (step === bestUnfinished.step && loss < bestUnfinished.loss)
      ) {
        bestUnfinished = { loss, step, setting }
      }
      const decision = search.judge(number, step, loss)
      if (step < steps && decision.action === 'prune') state = 'pruned'
    }
    if (state === 'complete') bestFinal = Math.min(bestFinal, at(setting, steps))
    search.finished(number, state, [state === 'complete' ? at(setting, steps) : bestReported])
  }
  return regrets

  function regret(): number {
    const { setting } = bestUnfinished
    const kept =
      bestFinal < Number.POSITIVE_INFINITY || setting < 0 ? bestFinal : at(setting, steps)
    return (kept - best) / (middle - best)
  }
}

const folder = findDataFolder()
if (folder === null) {
  console.log('skipped: no data folder (TUNEWRIGHT_BENCH_DATA)')
} else {
  const tasks = loadTasks(path.join(folder, 'taskset'))
  const results = entries.map(entry => {
    const runs = tasks.flatMap(task =>
      Array.from({ length: seeds }, (_, seed) => run(task, entry, seed)),
    )
    return { pruner: entry, medians: costs.map((_, index) => median(runs.map(row => row[index]!))) }
  })
  console.log(
    `Median normalised regret, ${tasks.length} tasks × ${seeds} seeds, by cost in full trainings\n`,
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
