import { sum } from '../numbers.ts'
import { type CmaState, variance } from './distribution.ts'

/**
 * Penalties for points outside [0, 1]ⁿ that were evaluated at the nearest point inside: without them
 * the distribution would drift away along a bound, where all points have equal values.
 *
 * N. Hansen, A. Niederberger, L. Guzzella, P. Koumoutsakos: A method for handling uncertainty in
 * evolutionary optimization with an application to feedback control of combustion. IEEE Transactions on
 * Evolutionary Computation 13(1), 2009, 180–197, doi:10.1109/TEVC.2008.924423. Weights are computed anew
 * for every generation, as the cmaes package does.
 *
 * @param free which coordinates have bounds; the others are never outside
 * @param spread how much values differ within a generation, ≥ 0: see {@link addSpread}
 * @returns one per point, ≥ 0, in the unit of the values
 */
export function boxPenalties(
  state: CmaState,
  points: readonly Float64Array[],
  free: readonly boolean[],
  spread: number,
): number[] {
  const { mean, sigma, scale, constants } = state
  const n = constants.dimension
  const variances = Array.from(mean, (_, i) => variance(state, i) * (scale[i] as number))
  const total = sum(variances)
  const meanLog = variances.reduce((sum, value) => sum + Math.log(value), 0) / n
  const weights = variances.map((value, i) => {
    if (free[i] !== true) return 0
    const base = (2 * spread) / (sigma * sigma * total)
    // More weight where the mean itself has gone far outside.
    const far =
      distanceOutside(mean[i] as number) >
      3 * sigma * Math.sqrt(value) * Math.max(1, Math.sqrt(n) / constants.effectiveParents)
    const raised = far ? 1.1 ** Math.max(1, constants.effectiveParents / (10 * n)) : 1
    return (base * raised) / Math.exp(0.9 * (Math.log(value) - meanLog))
  })
  return points.map(point =>
    weights.reduce(
      (sum, weight, i) =>
        weight === 0 ? sum : sum + weight * distanceOutside(point[i] as number) ** 2,
      0,
    ),
  )
}

function distanceOutside(value: number): number {
  return Math.max(-value, value - 1, 0)
}

/**
 * The memory of how much values differ within a generation, after one more: interquartile ranges, the
 * latest first. Their median is the `spread` of {@link boxPenalties}.
 * @param values of the generation, rising
 */
export function addSpread(
  spreads: readonly number[],
  values: readonly number[],
  { constants }: CmaState,
): readonly number[] {
  const count = values.length
  const range =
    (values[Math.floor((3 * count) / 4)] as number) - (values[Math.floor(count / 4)] as number)
  const latest =
    range === Number.POSITIVE_INFINITY && spreads.length > 0 ? Math.max(...spreads) : range
  if (!(latest > 0 && latest < Number.POSITIVE_INFINITY)) return spreads
  const memory = 20 + Math.ceil((3 * constants.dimension) / constants.populationSize)
  return [latest, ...spreads].slice(0, memory)
}
