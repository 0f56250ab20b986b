import type { Assignment, TrialSnapshot } from '../../../../core/trial/trial.ts'
import type { Goal } from '../../../../core/study/study-specification.ts'
import { type Rank, rankOf } from '../../../ranking.ts'

/** A trial with a result, as population algorithms keep it. */
export interface Solution extends Rank {
  readonly assignment: Assignment
  /** Coordinates in [0, 1], those of inactive parameters included. */
  readonly point: readonly number[]
}

/** @param point where the trial was, as the algorithm sees it */
export function solutionOf(
  trial: TrialSnapshot,
  point: readonly number[],
  direction: Goal['direction'],
): Solution {
  return { ...rankOf(trial, direction === 'minimize'), assignment: trial.parameters, point }
}
