import { AppError } from '../contract/errors.ts'
import { problemValue } from '../contract/problem.ts'
import type { MetricColumns } from '../contract/trainer-protocol.ts'
import { finishedTrialStates } from '../contract/trial.ts'
import type { TrialFinish } from './study-store.ts'

/** @throws AppError `protocol.invalid`: the caller broke the law of the store. */
export function refuseArgument(method: string, field: string, value: unknown, rule: string): never {
  throw new AppError('protocol.invalid', {
    from: `store.${method}`,
    field,
    value: problemValue(value),
    rule,
  })
}

/** Checks the outcome of a trial against the numbers of goals and constraints of its study. */
export function checkFinish(
  finish: TrialFinish,
  { goals, constraints }: { readonly goals: number; readonly constraints: number },
): void {
  const { state, values } = finish
  if (!(finishedTrialStates as readonly string[]).includes(state)) {
    refuseArgument(
      'finishTrial',
      'state',
      state,
      `must be one of ${finishedTrialStates.join(', ')}`,
    )
  }
  const fits =
    state === 'complete'
      ? values.length === goals
      : state === 'pruned'
        ? values.length <= goals
        : values.length === 0
  if (fits) {
    checkConstraints(finish, constraints)
    return
  }
  const rule =
    state === 'complete'
      ? `a complete trial has one value per goal, here ${goals}`
      : state === 'pruned'
        ? `a pruned trial has at most one value per goal, here ${goals}`
        : `a ${state} trial has no values`
  refuseArgument('finishTrial', 'values', values.map(String), rule)
}

function checkConstraints({ values, constraints = [] }: TrialFinish, count: number): void {
  const wanted = values.length === 0 ? 0 : count
  if (constraints.length === wanted) return
  const rule = `must be one per constraint where there are values, here ${wanted}`
  refuseArgument('finishTrial', 'constraints', constraints.map(String), rule)
}

/** Checks that a batch is a whole table: one value per step and name. */
export function checkColumns(method: string, columns: MetricColumns): void {
  const wanted = columns.names.length * columns.steps.length
  if (columns.values.length !== wanted) {
    refuseArgument(
      method,
      'columns.values.length',
      columns.values.length,
      `must be steps × names, here ${columns.steps.length} × ${columns.names.length}`,
    )
  }
}
