import type { ParameterSpecification } from './space-specification.ts'
import { stepGridSize, stepGridValue } from './step-grid.ts'

/**
 * How far a normal or log-normal parameter reaches, in standard deviations: 2 in 10⁹ of the distribution lie
 * beyond and are never tried.
 */
export const NORMAL_REACH = 6

/** The parameters whose values are numbers on a scale. */
export type NumericSpecification = Extract<
  ParameterSpecification,
  { float: unknown } | { int: unknown } | { normal: unknown } | { logNormal: unknown }
>

/** A normal distribution, of the value or, where the domain is logarithmic, of its logarithm. */
export interface NormalDistribution {
  readonly mean: number
  /** > 0. */
  readonly deviation: number
}

export interface NumericDomain {
  /** Both bounds belong to it. With a step, `high` is the last value of the grid low + k·step. */
  readonly low: number
  readonly high: number
  readonly log: boolean
  /** Null: every number; an int has 1. */
  readonly step: number | null
  /** Null: evenly over the scale. */
  readonly normal: NormalDistribution | null
}

export function isNumeric(parameter: ParameterSpecification): parameter is NumericSpecification {
  return 'float' in parameter || 'int' in parameter || isNormal(parameter)
}

type NormalSpecification = Extract<
  ParameterSpecification,
  { normal: unknown } | { logNormal: unknown }
>

function isNormal(parameter: ParameterSpecification): parameter is NormalSpecification {
  return 'normal' in parameter || 'logNormal' in parameter
}

/** The values of a numeric parameter that keeps the rules of `space-rules.ts`. */
export function numericDomain(parameter: NumericSpecification): NumericDomain {
  if (isNormal(parameter)) return normalDomain(parameter)
  const log = parameter.log ?? false
  if ('int' in parameter) {
    const [low, bound] = parameter.int
    const step = parameter.step ?? 1
    return { low, high: lastOnGrid(low, bound, step), log, step, normal: null }
  }
  const [low, bound] = parameter.float
  const step = parameter.step ?? null
  const high = step === null ? bound : lastOnGrid(low, bound, step)
  return { low, high, log, step, normal: null }
}

/**
 * Without bounds and with a step the values are the multiples of the step, as in Hyperopt's qnormal and
 * qlognormal (so a log-normal parameter can be 0); with bounds they are low + k·step as everywhere.
 */
function normalDomain(parameter: NormalSpecification): NumericDomain {
  const log = 'logNormal' in parameter
  const [mean, deviation] = log ? parameter.logNormal : parameter.normal
  const [from, to] = normalReach(mean, deviation, log)
  const [lowest, highest] = parameter.bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const step = parameter.step ?? null
  const common = { log, step, normal: { mean, deviation } }
  if (step === null) return { low: Math.max(from, lowest), high: Math.min(to, highest), ...common }
  const grid = { low: parameter.bounds?.[0] ?? 0, high: highest, step }
  const first = Math.round((from - grid.low) / step)
  const last = Math.round((to - grid.low) / step)
  const bounded = parameter.bounds !== undefined
  return {
    low: stepGridValue(grid, bounded ? Math.max(first, 0) : first),
    high: stepGridValue(grid, bounded ? Math.min(last, stepGridSize(grid) - 1) : last),
    ...common,
  }
}

/** Where the distribution ends without bounds of its own. */
export function normalReach(
  mean: number,
  deviation: number,
  log: boolean,
): readonly [number, number] {
  const ends = [mean - NORMAL_REACH * deviation, mean + NORMAL_REACH * deviation] as const
  return log ? [Math.exp(ends[0]), Math.exp(ends[1])] : ends
}

function lastOnGrid(low: number, high: number, step: number): number {
  const grid = { low, high, step }
  return stepGridValue(grid, stepGridSize(grid) - 1)
}
