import {
  compareNumbers,
  isComparableByAll,
  lossesOf,
  type RankedTrial,
} from '../../core/trial/ranking.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { nonDominatedRanks } from './non-dominated-sort.ts'

/** A trial as a point of which every coordinate is to be minimized. */
export interface TrialPoint<Trial> {
  readonly trial: Trial
  readonly point: Float64Array
}

/** The trials that can be compared by all goals at once, by number. */
export function pointsOf<Trial extends RankedTrial>(
  trials: readonly Trial[],
  goals: readonly Goal[],
): TrialPoint<Trial>[] {
  return trials
    .filter(trial => isComparableByAll(trial, goals))
    .map(trial => ({ trial, point: lossesOf(trial, goals) }))
    .sort((a, b) => a.trial.number - b.trial.number)
}

/**
 * The trials that no other one dominates, from the best to the worst of the first goal; all of several equal ones. With
 * one goal these are the best.
 */
export function paretoTrials<Trial extends RankedTrial>(
  trials: readonly Trial[],
  goals: readonly Goal[],
): Trial[] {
  const candidates = pointsOf(trials, goals)
  const ranks = nonDominatedRanks(candidates.map(({ point }) => point))
  return candidates
    .filter((_, index) => ranks[index] === 0)
    .sort((a, b) => compareNumbers(a.point[0] as number, b.point[0] as number))
    .map(({ trial }) => trial)
}
