import { ownValue } from '../../core/values/named-values.ts'
import { numericDomain } from '../../core/study/numeric-domain.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../core/study/space-specification.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'

export interface NumericAxis {
  readonly kind: 'numeric'
  readonly name: string
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly whole: boolean
}

/** How the values of one parameter lie along an axis. */
export type ParameterAxis =
  | NumericAxis
  | {
      readonly kind: 'categorical'
      readonly name: string
      readonly values: readonly ParameterValue[]
    }

/** The axis of a parameter as the study file describes it; null for a fixed one. */
export function parameterAxis(
  name: string,
  parameter: ParameterSpecification,
): ParameterAxis | null {
  if ('fixed' in parameter) return null
  if ('choice' in parameter) return { kind: 'categorical', name, values: parameter.choice }
  if ('ordinal' in parameter) return { kind: 'categorical', name, values: parameter.ordinal }
  const { low, high, log } = numericDomain(parameter)
  return {
    kind: 'numeric',
    name,
    low,
    high,
    log: log && low > 0,
    whole: 'int' in parameter,
  }
}

/** Axes of everything that was searched, in the order of the study file. */
export function searchedAxes(
  space: Readonly<Record<string, ParameterSpecification>>,
): ParameterAxis[] {
  return Object.entries(space)
    .map(([name, parameter]) => parameterAxis(name, parameter))
    .filter(axis => axis !== null)
}

/** Axes that more trials have a value on come first, others in their order. */
export function byUse(
  axes: readonly ParameterAxis[],
  trials: readonly { readonly parameters: Assignment }[],
): ParameterAxis[] {
  const uses = new Map(
    axes.map(({ name }) => [
      name,
      trials.filter(({ parameters }) => Object.hasOwn(parameters, name)).length,
    ]),
  )
  return axes.toSorted((a, b) => (uses.get(b.name) ?? 0) - (uses.get(a.name) ?? 0))
}

/**
 * Of a space with conditions, axes that others depend on come first, such as the choice of a family; then those of the best trial, then
 * the others, which it did not have; each in their order.
 * @param best parameters of the best trial; null: none is there
 */
export function activeFirst(
  axes: readonly ParameterAxis[],
  space: SpaceSpecification,
  best: Assignment | null,
): ParameterAxis[] {
  const parents = new Set(Object.values(space).flatMap(({ when = {} }) => Object.keys(when)))
  if (parents.size === 0 || best === null) return [...axes]
  const rankOf = ({ name }: ParameterAxis): number =>
    !Object.hasOwn(best, name) ? 2 : parents.has(name) ? 0 : 1
  return axes.toSorted((a, b) => rankOf(a) - rankOf(b))
}

/**
 * Where a trial stands on an axis, 0 (low, first value) to 1 (high, last value); null if the
 * parameter was not active or its value does not belong to the axis.
 */
export function axisPosition(axis: ParameterAxis, parameters: Assignment): number | null {
  if (!Object.hasOwn(parameters, axis.name)) return null
  const value = ownValue(parameters, axis.name)
  if (axis.kind === 'categorical') {
    const index = axis.values.findIndex(candidate => candidate === value)
    if (index < 0) return null
    return axis.values.length === 1 ? 0.5 : index / (axis.values.length - 1)
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  if (axis.low === axis.high) return 0.5
  return axis.log
    ? Math.log(value / axis.low) / Math.log(axis.high / axis.low)
    : (value - axis.low) / (axis.high - axis.low)
}

/** The value at a position of a numeric axis, 0 to 1: the inverse of {@link axisPosition}, not rounded. */
export function valueAtPosition({ low, high, log }: NumericAxis, position: number): number {
  return log ? low * (high / low) ** position : low + position * (high - low)
}
