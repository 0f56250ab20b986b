import type { Assignment } from '../../../contract/trial.ts'
import type { Rank } from '../../ranking.ts'

/** A trial of a generation. */
export interface RankedTrial {
  readonly number: number
  readonly parameters: Assignment
  readonly rank: Rank
  /** What it stands for in the normal distribution; empty if no parameter is numeric. */
  readonly point: Float64Array
}
