import { isFeasible } from '../study/constraints.ts'
import type { Goal } from '../study/study-specification.ts'
import type { TrialSnapshot } from './trial.ts'

/*
 * Which trial is better, which is best, and which are not compared at all: decided here and nowhere else. The SQL of
 * `storage/trial-values.ts` says the same; test/suites/ranking-cases.ts holds the two together.
 *
 * Compared are complete trials that keep every constraint, that nobody took out of the search, and whose value is a
 * number. −∞ and +∞ are numbers: each is the best or the worst there is. A pruned trial has the best value that it
 * reported, which is not a result, so it is never the best. Of equals the lower number is better.
 */

/** A trial as far as this looks at it. */
export interface RankedTrial extends Pick<
  TrialSnapshot,
  'number' | 'state' | 'values' | 'constraints'
> {
  readonly excluded?: boolean
}

type Direction = Goal['direction']

/** One goal of a study. */
export interface RankedBy {
  readonly direction: Direction
  /** Its place among the goals; default 0. */
  readonly index?: number
}

/** True if `value` is strictly better than `other`; any number is better than NaN, NaN than nothing. */
export function isBetter(value: number, other: number, direction: Direction): boolean {
  if (Number.isNaN(value)) return false
  if (Number.isNaN(other)) return true
  return direction === 'minimize' ? value < other : value > other
}

/** A value times this is to be minimized. */
export function signOf(direction: Direction): 1 | -1 {
  return direction === 'minimize' ? 1 : -1
}

/** Sorts the smaller number first. Infinities equal themselves, which their difference does not say. */
export function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The values of all goals, to be minimized; NaN where there is none. */
export function lossesOf(
  { values }: Pick<RankedTrial, 'values'>,
  goals: readonly Goal[],
): Float64Array {
  return Float64Array.from(
    goals,
    ({ direction }, index) => signOf(direction) * (values[index] ?? Number.NaN),
  )
}

/** The best of values that were reported, the earliest of equals; one that is NaN only where all are; null without any. */
export function bestReport<Report extends { readonly value: number }>(
  reports: Iterable<Report>,
  direction: Direction,
): Report | null {
  let best: Report | null = null
  for (const report of reports) {
    if (best === null || isBetter(report.value, best.value, direction)) best = report
  }
  return best
}

/** The trial is compared with others by this goal (0: the first), so it may be the best. */
export function isComparable(trial: RankedTrial, goal = 0): boolean {
  return hasResult(trial) && !Number.isNaN(trial.values[goal] ?? Number.NaN)
}

/** The same by all goals at once, of which every one needs a number. */
export function isComparableByAll(trial: RankedTrial, goals: readonly Goal[]): boolean {
  return hasResult(trial) && goals.every((_, goal) => isComparable(trial, goal))
}

function hasResult(trial: RankedTrial): boolean {
  return trial.state === 'complete' && trial.excluded !== true && isFeasible(trial)
}

/** The best trial by one goal; null if none can be compared, or there is no goal. */
export function bestTrial<Trial extends RankedTrial>(
  trials: Iterable<Trial>,
  goal: RankedBy | undefined,
): Trial | null {
  if (goal === undefined) return null
  let best: Trial | null = null
  for (const trial of trials) {
    if (!isComparable(trial, goal.index)) continue
    if (best === null || compareTrials(trial, best, goal) < 0) best = trial
  }
  return best
}

/** The trials that can be compared by one goal, best first. */
export function bestTrials<Trial extends RankedTrial>(
  trials: readonly Trial[],
  goal: RankedBy | undefined,
): Trial[] {
  if (goal === undefined) return []
  return trials
    .filter(trial => isComparable(trial, goal.index))
    .sort((a, b) => compareTrials(a, b, goal))
}

/** A trial that was better than all before it. */
export interface Improvement<Trial = RankedTrial> {
  readonly trial: Trial
  readonly value: number
}

/** The steps of the best so far, in the order in which the trials are given. */
export function improvements<Trial extends RankedTrial>(
  trials: Iterable<Trial>,
  { direction, index = 0 }: RankedBy,
): Improvement<Trial>[] {
  const newBests: Improvement<Trial>[] = []
  let best = Number.NaN
  for (const trial of trials) {
    const value = trial.values[index] ?? Number.NaN
    if (!isBetter(value, best, direction) || !isComparable(trial, index)) continue
    best = value
    newBests.push({ trial, value })
  }
  return newBests
}

/**
 * Everything that can be drawn, the best first: trials with a finite value, whatever became of them, those that break a
 * constraint after all others.
 */
export function rankForDrawing<
  Trial extends Pick<RankedTrial, 'number' | 'values' | 'constraints'>,
>(trials: readonly Trial[], goal: RankedBy): Trial[] {
  return trials
    .filter(({ values }) => Number.isFinite(values[goal.index ?? 0]))
    .sort((a, b) => Number(isFeasible(b)) - Number(isFeasible(a)) || compareTrials(a, b, goal))
}

function compareTrials(
  a: Pick<RankedTrial, 'number' | 'values'>,
  b: Pick<RankedTrial, 'number' | 'values'>,
  { direction, index = 0 }: RankedBy,
): number {
  const compared = compareNumbers(a.values[index] as number, b.values[index] as number)
  return signOf(direction) * compared || a.number - b.number
}
