import { problemValue } from '../../core/errors/problem.ts'
import { stepGridIndex, stepGridSize, stepGridValue } from '../../core/study/step-grid.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { type NumberScale, scaleOf } from '../../math/distributions/number-scale.ts'
import { clamp } from '../../math/numbers.ts'
import type { FloatParameter, Parameter, IntParameter } from './search-space.ts'

/**
 * Samplers work in the unit cube; this is the only place where domains are scaled. Each parameter
 * is one coordinate in [0, 1], uniform coordinates give the intended distribution of values:
 *
 * - float: linear, linear in the logarithm, or through the quantile function of a normal distribution;
 * - int and floats with a step: the range is widened by half a step at both ends and cut at the
 *   midpoints between neighbors, so linear grids give every value the same share. With `log` the
 *   widened range is logarithmic (for ints with step 1 as in Optuna's IntDistribution). Where low −
 *   step/2 would reach 0, the lower edge is low/2 instead. A normal distribution is cut likewise, so the
 *   share of a value is the probability of being rounded to it;
 * - choice and ordinal: shares in their order, equal or by their weights;
 * - fixed: the whole interval.
 *
 * A grid value or choice maps to the middle of its share (of the logarithm of the value with `log`),
 * a single value to 0.5.
 */

/** @throws Error if the value is not in the parameter's domain */
export function toUnit(parameter: Parameter, value: ParameterValue): number {
  const index = valueIndex(parameter, value)
  if (index < 0) {
    throw new Error(
      `${parameter.name} = ${JSON.stringify(problemValue(value))} is outside its domain`,
    )
  }
  const count = valueCount(parameter)
  if (count === 1) return 0.5
  if (hasEqualShares(parameter)) return (index + 0.5) / count
  if (parameter.kind === 'float' && parameter.step === null) {
    return scaleOf(parameter, parameter.low, parameter.high).positionOf(value as number)
  }
  if (isStepped(parameter) && !isNormal(parameter)) {
    return widenedScale(parameter).positionOf(value as number)
  }
  const [from, to] = gridShare(parameter, index)
  return (from + to) / 2
}

/** @param unit in [0, 1]; both ends belong to the domain */
export function fromUnit(parameter: Parameter, unit: number): ParameterValue {
  if (!(unit >= 0 && unit <= 1)) {
    throw new Error(`${parameter.name}: ${unit} is not in [0, 1]`)
  }
  const count = valueCount(parameter)
  if (count === 1) return valueAt(parameter, 0)
  if (hasEqualShares(parameter)) {
    return valueAt(parameter, Math.min(Math.floor(unit * count), count - 1))
  }
  if (parameter.kind === 'float' && parameter.step === null) {
    const { low, high } = parameter
    return clamp(scaleOf(parameter, low, high).valueAt(unit), low, high)
  }
  if (isStepped(parameter)) {
    const value = widenedScale(parameter).valueAt(unit)
    const index = Math.round((value - parameter.low) / parameter.step)
    return valueAt(parameter, clamp(index, 0, count - 1))
  }
  let index = 0
  while (index < count - 1 && gridShare(parameter, index)[1] <= unit) index++
  return valueAt(parameter, index)
}

/** d value / d coordinate of a float without a step, e.g. value · ln(high / low) with `log`. */
export function unitSlope(parameter: FloatParameter, unit: number): number {
  return scaleOf(parameter, parameter.low, parameter.high).slopeAt(unit)
}

/**
 * The part of [0, 1] that {@link fromUnit} maps to value number `index` of a parameter with countable
 * values.
 */
export function gridShare(parameter: Parameter, index: number): readonly [number, number] {
  const count = valueCount(parameter)
  if (hasEqualShares(parameter)) return [index / count, (index + 1) / count]
  if (parameter.kind === 'choice' && parameter.weights !== null) {
    const below = sum(parameter.weights, index)
    const total = sum(parameter.weights, count)
    return [below / total, (below + (parameter.weights[index] as number)) / total]
  }
  const stepped = parameter as SteppedParameter
  const scale = widenedScale(stepped)
  const cut = (position: number): number =>
    scale.positionOf(stepped.low + (position - 0.5) * stepped.step)
  return [index === 0 ? 0 : cut(index), index === count - 1 ? 1 : cut(index + 1)]
}

/** Whether all values of a countable parameter have shares of the same size. */
export function hasEqualShares(parameter: Parameter): boolean {
  switch (parameter.kind) {
    case 'choice':
      return parameter.weights === null
    case 'int':
      return !parameter.log
    case 'float':
      return parameter.step !== null && !parameter.log && parameter.normal === null
    case 'ordinal':
    case 'fixed':
      return true
  }
}

function isNormal(parameter: Parameter): boolean {
  return parameter.kind === 'float' && parameter.normal !== null
}

function widenedScale(parameter: SteppedParameter): NumberScale {
  const { low, high, step, log } = parameter
  const normal = parameter.kind === 'float' ? parameter.normal : null
  const below = log ? Math.min(step, low) / 2 : step / 2
  return scaleOf({ log, normal }, low - below, high + step / 2)
}

function sum(weights: readonly number[], count: number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += weights[index] as number
  return total
}

/** The values of a parameter counted from low to high, or in the order of the study file. */

/** An int, or a float with a step. */
type SteppedParameter = IntParameter | (FloatParameter & { readonly step: number })

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
