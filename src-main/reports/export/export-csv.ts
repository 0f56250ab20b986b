import { ownValue } from '../../core/values/named-values.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import { constraintMetric, isFeasible } from '../../core/study/constraints.ts'
import {
  repeatedTrainings,
  type RepeatedTrainings,
  valueBasis,
} from '../../core/study/trainings.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { goalDeviation } from '../../analysis/summary/replicates.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { type Cell, formatCsv } from '../../core/values/csv.ts'

/**
 * One row per trial, by number. Columns: `number`, `state`, one `parameter.<name>` per parameter in
 * the order of the space (empty where it was not active), one `value.<metric>` per goal, one
 * if a configuration is trained several times `valueOf` (what the values are, such as `mean of 5 folds`, in the language of `t`), one
 * `deviation.<metric>` per goal (between its trainings) and one `training.<n>.<metric>` per training and goal, one
 * `constraint.<metric>` per constraint (how far beyond the bound) and, if there are constraints, `feasible`, `bestStep`,
 * `lastStep`, `startedAt` and `finishedAt` (ISO 8601, UTC), `durationMs` (from first start to end,
 * all attempts), `attempts`, `engine` (of the last attempt), `seed`, `failure` (class of the last
 * attempt's failure), `failureMessage` and `reason` (why it failed, was pruned or canceled, in the language of `t`), and for trials that went
 * on from the checkpoint of another one `origin.trial`, `origin.step` and `origin.mode` (continue, fork, warmStart).
 */
export function exportCsv(snapshot: StudySnapshot, t: Translate): string {
  return formatCsv(trialRows(snapshot, t))
}

/** The rows of {@link exportCsv}, the names of the columns first; times as such. */
export function trialRows(snapshot: StudySnapshot, t: Translate): Cell[][] {
  const parameters = parameterNames(snapshot)
  const { specification } = snapshot.study
  const { goals, constraints } = specification
  const repeats = repeatedTrainings(specification)
  const header = [
    'number',
    'state',
    ...parameters.map(name => `parameter.${name}`),
    ...goals.map(goal => `value.${goal.metric}`),
    ...trainingColumns(goals, repeats),
    ...constraints.map(constraint => `constraint.${constraintMetric(constraint)}`),
    ...(constraints.length === 0 ? [] : ['feasible']),
    'bestStep',
    'lastStep',
    'startedAt',
    'finishedAt',
    'durationMs',
    'attempts',
    'engine',
    'seed',
    'failure',
    'failureMessage',
    'reason',
    'origin.trial',
    'origin.step',
    'origin.mode',
  ]
  const rows = snapshot.trials.map(trial =>
    trialRow(trial, {
      parameters,
      goals: goals.length,
      constraints: constraints.length,
      repeats,
      t,
    }),
  )
  return [header, ...rows]
}

function trialRow(
  trial: TrialRecord,
  {
    parameters,
    goals,
    constraints,
    repeats,
    t,
  }: {
    readonly parameters: readonly string[]
    readonly goals: number
    readonly constraints: number
    readonly repeats: RepeatedTrainings | null
    readonly t: Translate
  },
): Cell[] {
  const last = trial.attempts.at(-1)
  return [
    trial.number,
    trial.state,
    ...parameters.map(name => ownValue(trial.parameters, name) ?? null),
    ...Array.from({ length: goals }, (_, goal) => trial.values[goal] ?? null),
    ...trainingCells(trial, goals, repeats, t),
    ...Array.from({ length: constraints }, (_, index) => trial.constraints?.[index] ?? null),
    ...(constraints === 0 ? [] : [trial.constraints === undefined ? null : isFeasible(trial)]),
    trial.bestStep,
    trial.lastStep,
    new Date(trial.startedAtMs),
    trial.finishedAtMs === null ? null : new Date(trial.finishedAtMs),
    trial.finishedAtMs === null ? null : trial.finishedAtMs - trial.startedAtMs,
    trial.attempts.length,
    last?.engine?.name ?? null,
    trial.seed,
    last?.failure?.class ?? null,
    last?.failure ? t.format(last.failure.reason) : null,
    trial.reason === null ? null : t.format(trial.reason),
    trial.origin?.trial ?? null,
    trial.origin?.step ?? null,
    trial.origin?.mode ?? null,
  ]
}

function trainingColumns(goals: readonly Goal[], repeats: RepeatedTrainings | null): string[] {
  if (repeats === null) return []
  const numbers = Array.from({ length: repeats.count }, (_, index) => index + 1)
  return [
    'valueOf',
    ...goals.map(({ metric }) => `deviation.${metric}`),
    ...numbers.flatMap(number => goals.map(({ metric }) => `training.${number}.${metric}`)),
  ]
}

function trainingCells(
  trial: TrialRecord,
  goals: number,
  repeats: RepeatedTrainings | null,
  t: Translate,
): Cell[] {
  if (repeats === null) return []
  const basis = valueBasis(repeats, trial)
  const indices = Array.from({ length: goals }, (_, goal) => goal)
  const each = Array.from({ length: repeats.count }, (_, number) =>
    indices.map(goal => trial.trainings?.[number]?.values[goal] ?? null),
  )
  return [
    basis === null ? null : t.format(basis),
    ...indices.map(goal => goalDeviation(trial, goal)),
    ...each.flat(),
  ]
}

/** The parameters of the space, then any that only trials have. */
function parameterNames({ study, trials }: StudySnapshot): string[] {
  const ofTrials = trials.flatMap(({ parameters }) => Object.keys(parameters))
  return [...new Set([...Object.keys(study.specification.space), ...ofTrials])]
}
