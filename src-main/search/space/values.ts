import { stepGridIndex, stepGridSize, stepGridValue } from '../../contract/step-grid.ts'
import type { ParameterValue } from '../../contract/trial.ts'
import type { FloatParameter, IntParameter, Parameter } from './search-space.ts'

/** The values of a parameter counted from low to high, or in the order of the study file. */

/** An int, or a float with a step. */
export type SteppedParameter = IntParameter | (FloatParameter & { readonly step: number })

export function isStepped(parameter: Parameter): parameter is SteppedParameter {
  return parameter.kind === 'int' || (parameter.kind === 'float' && parameter.step !== null)
}

/** Number of values; Infinity for a float without a step, unless its bounds are equal (1). */
export function valueCount(parameter: Parameter): number {
  switch (parameter.kind) {
    case 'fixed':
      return 1
    case 'choice':
    case 'ordinal':
      return parameter.values.length
    case 'int':
      return stepGridSize(parameter)
    case 'float':
      if (isStepped(parameter)) return stepGridSize(parameter)
      return parameter.low === parameter.high ? 1 : Number.POSITIVE_INFINITY
  }
}

/**
 * The value number `index`, 0 … valueCount − 1, of a parameter with countable values; for a float
 * without a step only `index` 0, its low bound.
 */
export function valueAt(parameter: Parameter, index: number): ParameterValue {
  switch (parameter.kind) {
    case 'fixed':
      return parameter.value
    case 'choice':
    case 'ordinal':
      return parameter.values[index] as ParameterValue
    case 'int':
      return stepGridValue(parameter, index)
    case 'float':
      return isStepped(parameter) ? stepGridValue(parameter, index) : parameter.low
  }
}

/**
 * The reverse of {@link valueAt}: -1 if the value has another type or is not in the domain. For a
 * float without a step, 0 for every value within its bounds.
 */
export function valueIndex(parameter: Parameter, value: ParameterValue): number {
  switch (parameter.kind) {
    case 'fixed':
      return parameter.value === value ? 0 : -1
    case 'choice':
    case 'ordinal':
      return parameter.values.indexOf(value)
    case 'int':
      return typeof value === 'number' ? stepGridIndex(parameter, value) : -1
    case 'float':
      if (typeof value !== 'number') return -1
      if (isStepped(parameter)) return stepGridIndex(parameter, value)
      return value >= parameter.low && value <= parameter.high ? 0 : -1
  }
}
