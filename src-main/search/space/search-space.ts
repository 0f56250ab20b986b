import type { NormalDistribution } from '../../core/study/numeric-domain.ts'
import type { UserPrior } from '../../core/study/space-specification.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'

/**
 * The search space as algorithms use it: parents before their children, every default filled in.
 * Built from a study file by `build-space.ts`.
 */
export interface SearchSpace {
  readonly parameters: readonly Parameter[]
}

/** The parameter is active only while `parent` is active and has one of `values`. */
export interface Condition {
  readonly parent: string
  readonly values: readonly ParameterValue[]
}

interface ParameterBase {
  readonly name: string
  /** All must hold. */
  readonly when: readonly Condition[]
  /** Where a person expects good values; absent: nothing is expected. */
  readonly prior?: UserPrior
}

export interface FloatParameter extends ParameterBase {
  readonly kind: 'float'
  /** Both bounds can be proposed. With a step, `high` is the last value of the grid low + k·step. */
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly step: number | null
  /** Values are normally distributed, with `log` their logarithms; null: evenly over the scale. */
  readonly normal: NormalDistribution | null
}

export interface IntParameter extends ParameterBase {
  readonly kind: 'int'
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly step: number
}

export interface ChoiceParameter extends ParameterBase {
  readonly kind: 'choice'
  readonly values: readonly ParameterValue[]
  /** How likely each value is before anything is known, > 0; null: all the same. */
  readonly weights: readonly number[] | null
}

interface OrdinalParameter extends ParameterBase {
  readonly kind: 'ordinal'
  /** From low to high. */
  readonly values: readonly ParameterValue[]
}

interface FixedParameter extends ParameterBase {
  readonly kind: 'fixed'
  readonly value: ParameterValue
}

export type Parameter =
  FloatParameter | IntParameter | ChoiceParameter | OrdinalParameter | FixedParameter
