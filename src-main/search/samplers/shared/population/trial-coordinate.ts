import type { ParameterValue } from '../../../../core/trial/trial.ts'
import type { Parameter } from '../../../space/search-space.ts'
import { fromUnit, toUnit } from '../../../space/unit-cube.ts'

/**
 * The coordinate in [0, 1] that a trial's value stands for. One that gives the value is kept, so that an
 * int, a step or an ordinal has a place within the share of its value, and so is that of an inactive
 * parameter. Otherwise somebody else chose the value, and its own coordinate is taken.
 * @param value undefined: inactive
 * @param expected where the algorithm put the trial
 */
export function trialCoordinate(
  parameter: Parameter,
  value: ParameterValue | undefined,
  expected: number,
): number {
  if (value === undefined || fromUnit(parameter, expected) === value) return expected
  return toUnit(parameter, value)
}
