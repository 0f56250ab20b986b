import { isFeasible } from '../../contract/constraints.ts'
import { isBetter } from '../../contract/is-better.ts'
import type { Goal } from '../../contract/study-specification.ts'
import type { TrialRecord } from '../../contract/trial.ts'

/**
 * The feasible complete trial with the best value of one goal (by default the first); the earliest of
 * equals; null if no such trial has a value that is a number.
 */
export function findBestTrial(
  trials: readonly TrialRecord[],
  direction: Goal['direction'],
  goal = 0,
): TrialRecord | null {
  let best: TrialRecord | null = null
  let bestValue = Number.NaN
  for (const trial of trials) {
    if (trial.state !== 'complete' || !isFeasible(trial)) continue
    const value = trial.values[goal] ?? Number.NaN
    if (!isBetter(value, bestValue, direction)) continue
    best = trial
    bestValue = value
  }
  return best
}

/** One trial that was better than every feasible complete trial before it. */
export interface Improvement {
  readonly trial: TrialRecord
  readonly value: number
}

/** The steps of the best-so-far line, by trial number; only feasible complete trials count. */
export function findImprovements(
  trials: readonly TrialRecord[],
  direction: Goal['direction'],
  goal = 0,
): Improvement[] {
  const improvements: Improvement[] = []
  let best = Number.NaN
  for (const trial of trials) {
    if (trial.state !== 'complete' || !isFeasible(trial)) continue
    const value = trial.values[goal] ?? Number.NaN
    if (!isBetter(value, best, direction)) continue
    best = value
    improvements.push({ trial, value })
  }
  return improvements
}

/** Trials that have a finite value of the goal: feasible ones first, best first, equal ones by number. */
export function rankTrials<Trial extends Pick<TrialRecord, 'number' | 'values' | 'constraints'>>(
  trials: readonly Trial[],
  direction: Goal['direction'],
  goal = 0,
): Trial[] {
  const sign = direction === 'minimize' ? 1 : -1
  return trials
    .filter(trial => Number.isFinite(trial.values[goal]))
    .sort(
      (a, b) =>
        Number(isFeasible(b)) - Number(isFeasible(a)) ||
        sign * ((a.values[goal] ?? 0) - (b.values[goal] ?? 0)) ||
        a.number - b.number,
    )
}
