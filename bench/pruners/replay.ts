import path from 'node:path'
import { parseArgs } from 'node:util'
import { mean } from '../../src-main/math/numbers.ts'
import { createPermutation } from '../../src-main/math/random/permutation.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { findDataFolder } from '../search/problems/data-folder.ts'
import { type CurveTask, loadTaskSet, lossAt } from '../taskset/taskset.ts'
import { readRecordedStudies, type RecordedStudy } from './curve-sets.ts'
import { deviationOf, type PrunerEntry, type Replay, replayStudy } from './replay-study.ts'

/**
 * `npm run bench:replay-pruners -- [--which reported|tuning|all] [--pruner JSON …]`: pruners over complete curves that
 * `bench:record-curves` recorded, and over 30 random settings of each task of TaskSet, where its data are there. What is compared: the
 * best value lost, in standard deviations of the best value among seeds; the time that a pruner leaves of the recorded one; how many
 * trials end before a twentieth of their steps.
 *
 * A replay fixes the proposals: with a pruner a sampler would have proposed other points, and trials that it saves time on
 * leave room for others. The defaults were chosen by the sets in `tuningSets`; figures to quote are those of the others.
 */
const { values: options } = parseArgs({
  options: {
    which: { type: 'string', default: 'reported' },
    pruner: { type: 'string', multiple: true },
    sets: { type: 'string' },
  },
})

const TASK_SET_SEEDS = 20
const TASK_SET_TRIALS = 30

/** Every other set by the alphabet, and every other task of TaskSet; some of both kinds had been replayed before they were parted. */
const tuningSets: ReadonlySet<string> = new Set([
  'affairs',
  'breast-cancer',
  'cars',
  'default',
  'digits',
  'health-insurance',
  'titanic',
  'wine',
  'taskset-0',
  'taskset-2',
  'taskset-4',
])

const usualPruners: readonly PrunerEntry[] = [
  // As before: the rule of Optuna.
  { name: 'median', startupTrials: 5, warmupSteps: 0, minMargin: 0 },
  { name: 'median' },
]

function taskSetStudy(task: CurveTask, set: string, seed: number): RecordedStudy {
  const order = createPermutation(task.configs, { seed, number: 0, purpose: 'bench pruners' })
  return {
    set,
    seed,
    specification: {
      name: set,
      objective: { function: 'branin', steps: task.steps },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { setting: { int: [0, task.configs - 1] } },
      stop: { trials: TASK_SET_TRIALS },
    },
    trials: Array.from({ length: TASK_SET_TRIALS }, (_, number) => {
      const setting = order.at(number)
      const values = Array.from({ length: task.steps }, (_each, index) =>
        lossAt(task, setting, index + 1),
      )
      return {
        parameters: { setting },
        value: values.at(-1) ?? null,
        // All of them train the same network.
        seconds: 1,
        steps: null,
        values,
      }
    }),
  }
}

function taskSetStudies(): RecordedStudy[] {
  const folder = findDataFolder()
  if (folder === null) return []
  return loadTaskSet(path.join(folder, 'taskset')).flatMap((task, index) =>
    Array.from({ length: TASK_SET_SEEDS }, (_, seed) =>
      taskSetStudy(task, `taskset-${index}`, seed),
    ),
  )
}

interface SetResult {
  readonly set: string
  readonly seeds: number
  /** Mean over the seeds, in units of the metric. */
  readonly loss: number
  /** Of the best value among seeds; null: one seed only. */
  readonly deviation: number | null
  /** Loss in deviations; 0 where nothing was lost, null where the deviation is missing or 0. */
  readonly regret: number | null
  readonly cost: number
  readonly pruned: number
  readonly prunedEarly: number
}

function resultOf(set: string, replays: readonly Replay[]): SetResult {
  const share = (count: (replay: Replay) => number): number =>
    mean(replays.map(count)) / mean(replays.map(({ trials }) => trials))
  const loss = mean(replays.map(replay => replay.loss))
  const deviation = deviationOf(replays.flatMap(({ bestOfAll }) => bestOfAll ?? []))
  return {
    set,
    seeds: replays.length,
    loss,
    deviation,
    regret: loss === 0 ? 0 : deviation === null || deviation === 0 ? null : loss / deviation,
    cost: mean(replays.map(({ cost }) => cost)),
    pruned: share(({ pruned }) => pruned),
    prunedEarly: share(({ prunedEarly }) => prunedEarly),
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
const chosen = options.sets?.split(',')
const recorded = [...readRecordedStudies(), ...taskSetStudies()].filter(
  ({ set }) =>
    (chosen === undefined || chosen.includes(set)) &&
    (options.which === 'all' || tuningSets.has(set) === (options.which === 'tuning')),
)
const sets = [...new Set(recorded.map(({ set }) => set))]
const entries =
  options.pruner?.map(text => ({ name: 'median', ...(JSON.parse(text) as object) })) ?? usualPruners
const results = entries.map(pruner => {
  const rows = sets.map(set =>
    resultOf(
      set,
      recorded.filter(study => study.set === set).map(study => replayStudy(study, pruner)),
    ),
  )
  console.log(`\n${JSON.stringify(pruner)}`)
  printTable(
    ['set', 'seeds', 'lost', 'in deviations', 'cost', 'pruned', 'before 5 %'],
    rows.map(row => [
      row.set,
      String(row.seeds),
      row.loss.toPrecision(3),
      row.regret?.toFixed(2) ?? '–',
      percent(row.cost),
      percent(row.pruned),
      percent(row.prunedEarly),
    ]),
  )
  const summary = {
    medianRegret: median(rows.map(({ regret }) => regret ?? Infinity)),
    worstRegret: Math.max(...rows.map(({ regret }) => regret ?? Infinity)),
    cost: mean(rows.map(({ cost }) => cost)),
    prunedEarly: mean(rows.map(({ prunedEarly }) => prunedEarly)),
  }
  console.log(
    `median ${summary.medianRegret.toFixed(2)}, worst ${summary.worstRegret.toFixed(2)} deviations; ` +
      `cost ${percent(summary.cost)}; before 5 %: ${percent(summary.prunedEarly)}`,
  )
  return { pruner, rows, summary }
})
console.log('\nA replay fixes the proposals; – : a loss, and one seed only or no deviation.')
writeResults('replay-pruners', { machine: benchMachine(), which: options.which, results })
