import type { ParameterValue } from '../../contract/trial.ts'
import { clamp, roundTo } from '../../math/numbers.ts'
import type { Axis } from '../space/enumeration.ts'
import type { Parameter, SearchSpace } from '../space/search-space.ts'
import { fromUnit, valueAt, valueCount, valueIndex } from '../space/unit-cube.ts'

/** Ranges of whole numbers up to this size are taken whole unless `points` names the parameter. */
const WHOLE_RANGE = 10

/**
 * The values of one parameter on the grid.
 *
 * - choice, ordinal, fixed, floats with a step, ints with a step above 1: every value;
 * - ints with step 1: every value if there are at most `points` or at most 10, otherwise `points`
 *   of them, evenly spread (geometrically with log) and rounded, both bounds included;
 * - floats without a step: `points` values, likewise; of normal distributions, the middles of `points`
 *   equally likely parts.
 * Where a range is thinned, values that a condition of another parameter names stay on the grid, so
 * no branch is lost.
 *
 * @param points values that the study file asks for; ≥ 2
 * @param named whether the file names this very parameter in `points`
 */
export function gridAxis(
  parameter: Parameter,
  space: SearchSpace,
  points: number,
  named: boolean,
): Axis {
  const count = valueCount(parameter)
  if (parameter.kind === 'float' && parameter.step === null && count > 1) {
    return listAxis(
      parameter.normal === null
        ? spread(parameter.low, parameter.high, parameter.log, points)
        : Array.from({ length: points }, (_, index) => fromUnit(parameter, (index + 0.5) / points)),
    )
  }
  const thinned =
    parameter.kind === 'int' &&
    canBeThinned(parameter) &&
    count > (named ? points : Math.max(points, WHOLE_RANGE))
  if (!thinned) {
    return {
      size: count,
      valueAt: index => valueAt(parameter, index),
      indexOf: value => valueIndex(parameter, value),
    }
  }
  const wanted = space.parameters
    .flatMap(child => child.when.filter(condition => condition.parent === parameter.name))
    .flatMap(condition => condition.values as readonly number[])
  const even = spread(parameter.low, parameter.high, parameter.log, points).map(Math.round)
  return listAxis([...even, ...wanted].sort((a, b) => a - b))
}

/**
 * Whether `points` decides how many values of this parameter stand on the grid; the others are taken
 * whole.
 */
export function canBeThinned(parameter: Parameter): boolean {
  if (parameter.kind === 'float') return parameter.step === null
  return parameter.kind === 'int' && parameter.step === 1
}

/** `points` values from low to high, both exactly included; some are equal where the range is narrow. */
function spread(low: number, high: number, log: boolean, points: number): number[] {
  return Array.from({ length: points }, (_, index) => {
    if (index === 0) return low
    if (index === points - 1) return high
    const share = index / (points - 1)
    const value = log
      ? Math.exp((1 - share) * Math.log(low) + share * Math.log(high))
      : (1 - share) * low + share * high
    return clamp(tidy(value, high - low), low, high)
  })
}

/** The largest shift, as a share of the range, that nobody minds. */
const NEGLIGIBLE_SHARE = 1e-9

/** 12 significant digits, 0.01 instead of 0.010000000000000004, unless the range is too narrow for it. */
function tidy(value: number, range: number): number {
  const rounded = roundTo(value, 12)
  return Math.abs(rounded - value) <= NEGLIGIBLE_SHARE * range ? rounded : value
}

/** Each value once: a double would be a cell that no trial can ever mark as tried. */
function listAxis(all: readonly ParameterValue[]): Axis {
  const values = [...new Set(all)]
  return {
    size: values.length,
    valueAt: index => values[index] as ParameterValue,
    indexOf: value => values.indexOf(value),
  }
}
