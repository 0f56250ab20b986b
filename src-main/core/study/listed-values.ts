import type { ParameterSpecification } from './space-specification.ts'
import type { ParameterValue } from '../trial/trial.ts'

/** The values of a parameter that names them one by one; null for numbers between bounds. */
export function listedValues(parameter: ParameterSpecification): readonly ParameterValue[] | null {
  if ('choice' in parameter) return parameter.choice
  if ('ordinal' in parameter) return parameter.ordinal
  return 'fixed' in parameter ? [parameter.fixed] : null
}
