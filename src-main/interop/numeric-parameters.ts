import type { ParameterSpecification } from '../contract/space-specification.ts'
import { stepGridValue } from '../contract/step-grid.ts'
import { roundTo } from '../math/numbers.ts'

/**
 * The distributions that Hyperopt and W&B share, as parameters here. A grid is theirs: multiples of `q`, to which a
 * value is rounded after it is drawn, so that the outermost may lie half a step beyond the bounds.
 */

export function uniform(low: number, high: number): ParameterSpecification {
  return { float: [low, high] }
}

export function uniformInt(low: number, high: number): ParameterSpecification {
  return { int: [low, high] }
}

/** @param low, high bounds of the values themselves, > 0 */
export function logUniform(low: number, high: number): ParameterSpecification {
  return { float: [tidy(low), tidy(high)], log: true }
}

/** A bound that was written as a logarithm, as the decimal that is meant: exp(log(0.1)) is 0.10000000000000002. */
function tidy(bound: number): number {
  const short = roundTo(bound, 6)
  return Math.abs(short - bound) <= 1e-12 * bound ? short : bound
}

/** round(x / q) · q for x in [low, high]; whole numbers where all of them are. */
export function uniformGrid(
  low: number,
  high: number,
  q: number,
  log = false,
): ParameterSpecification {
  const first = stepGridValue({ low: 0, high: 0, step: q }, roundUp(low / q))
  const last = stepGridValue({ low: 0, high: 0, step: q }, roundDown(high / q))
  if (first >= last) return { fixed: first }
  const scale = log && first > 0 ? { log: true } : {}
  const isWhole = Number.isInteger(q) && Number.isSafeInteger(first) && Number.isSafeInteger(last)
  return isWhole
    ? { int: [first, last], ...scale, ...(q === 1 ? {} : { step: q }) }
    : { float: [first, last], ...scale, step: q }
}

/** Whether `uniformGrid` keeps the logarithmic scale. */
export function keepsLogScale(parameter: ParameterSpecification): boolean {
  return 'log' in parameter && parameter.log === true
}

/** A bound that lies in the middle is reached by itself only, with probability 0. */
function roundUp(value: number): number {
  return Math.round(value)
}

function roundDown(value: number): number {
  return Math.ceil(value - 0.5)
}
