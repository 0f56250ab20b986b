import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { Assignment } from '../../../src-main/core/trial/trial.ts'

/** One problem of the search benchmark; always minimized, always the same value for the same point. */
export interface SearchProblem {
  readonly name: string
  readonly space: SpaceSpecification
  /** @param point the active parameters only */
  evaluate(point: Assignment): number | Promise<number>
}

export type ParameterInput = SpaceSpecification[string]

/** A number of the point; the space guarantees that it is one. */
export function numberOf(point: Assignment, name: string): number {
  return point[name] as number
}
