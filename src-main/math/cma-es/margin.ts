import { normalCdf, normalQuantile } from '../distributions/normal.ts'
import { clamp } from '../numbers.ts'
import { type CmaState, cmaDeviation, variance } from './distribution.ts'

/** The values of a coordinate that has a grid, as intervals of the real line. */
export interface CoordinateGrid {
  /** Edges between neighboring values, rising: one less than values. At least one. */
  edgeCount: number
  edgeAt(index: number): number
  /** Where the value with this number stands, between its edges. */
  centerAt(index: number): number
  /** Number of the value whose interval holds x, 0 … edgeCount. */
  valueOf(x: number): number
}

/** How often the coordinates with a grid have lately left the value of the mean. */
export interface MutationHistory {
  /** Per coordinate, the probability to leave it that the last correction left; ½ at the start. */
  readonly rates: Float64Array
  /** Per coordinate: one of the better points had another value than the mean. */
  readonly succeeded: readonly boolean[]
}

export interface MarginCorrection {
  readonly state: CmaState
  /** Per coordinate: the probability to leave the value of the mean; where there is no grid, as before. */
  readonly rates: Float64Array
}

/** Keeps quantiles finite. */
const MIN_PROBABILITY = 1e-8

/**
 * Margin correction: keeps for every coordinate with a grid a probability of at least `alpha` to leave
 * the value where the mean is, so that integers cannot freeze. Moves m and A; σ and C stay.
 *
 * - R. Hamano, S. Saito, M. Nomura, S. Shirakawa: CMA-ES with margin: lower-bounding marginal probability
 *   for mixed-integer black-box optimization. GECCO 2022, 639–647, doi:10.1145/3512290.3528827, section 4.
 * - With `mutations` as in R. Hamano, M. Nomura, S. Saito, K. Uchida, S. Shirakawa: CatCMA with margin.
 *   2025, arXiv:2504.07884: while leaving a value does not succeed, the probability to do so does not
 *   rise again, and at the ends a wide interval does not swallow the deviation.
 *
 * @param grids per coordinate; null where it is continuous
 * @param alpha 0 … ½; the default of the first paper is 1/(nλ)
 */
export function correctMargin(
  state: CmaState,
  grids: readonly (CoordinateGrid | null)[],
  alpha: number,
  mutations?: MutationHistory,
): MarginCorrection {
  const mean = state.mean.slice()
  const scale = state.scale.slice()
  const rates = mutations?.rates.slice() ?? new Float64Array(grids.length).fill(0.5)
  grids.forEach((grid, i) => {
    if (grid === null) return
    const center = mean[i] as number
    const deviation = cmaDeviation(state, i)
    const value = grid.valueOf(center)
    const highestRate = mutations?.succeeded[i] === false ? (rates[i] as number) : 1
    if (value === 0 || value === grid.edgeCount) {
      // At an end there is one edge to cross: the mean moves toward it.
      const edge = grid.edgeAt(value === 0 ? 0 : grid.edgeCount - 1)
      const tail = normalCdf(-Math.abs(center - edge) / deviation)
      const rate = possible(clamp(tail, alpha, highestRate))
      let reach = deviation
      if (mutations !== undefined) {
        // Seen from the middle of the interval, the edge may not be further than alpha allows.
        const least = Math.abs(grid.centerAt(value) - edge) / -normalQuantile(alpha)
        reach = Math.max(deviation, least)
        scale[i] = ((scale[i] as number) * reach) / deviation
      }
      mean[i] = edge + Math.sign(center - edge) * -normalQuantile(rate) * reach
      rates[i] = rate
      return
    }
    const low = grid.edgeAt(value - 1)
    const high = grid.edgeAt(value)
    const below = normalCdf((low - center) / deviation)
    const above = normalCdf((center - high) / deviation)
    // Both tails raised to alpha/2 at least, what is between them to what may stay at least; what that
    // adds is taken from all of them in proportion to what they have above these.
    const raisedBelow = Math.max(alpha / 2, below)
    const raisedAbove = Math.max(alpha / 2, above)
    const least = highestRate === 1 ? alpha / 2 : 1 - highestRate
    const inside = 1 - below - above
    const raisedInside = highestRate === 1 ? inside : Math.max(inside, least)
    if (raisedBelow === below && raisedAbove === above && raisedInside === inside) {
      rates[i] = below + above
      return
    }
    const excess = raisedBelow + raisedAbove + raisedInside - 1
    const spare = raisedBelow + raisedAbove + raisedInside - alpha - least
    const share = spare > 0 ? excess / spare : 0
    const newBelow = possible(raisedBelow - share * (raisedBelow - alpha / 2))
    const newAbove = possible(raisedAbove - share * (raisedAbove - alpha / 2))
    // The normal distribution that has these two tails.
    const left = -normalQuantile(newBelow)
    const right = -normalQuantile(newAbove)
    if (!(left + right > 0)) return
    mean[i] = (low * right + high * left) / (left + right)
    scale[i] = (high - low) / (left + right) / (state.sigma * Math.sqrt(variance(state, i)))
    rates[i] = newBelow + newAbove
  })
  return { state: { ...state, mean, scale }, rates }
}

function possible(probability: number): number {
  return clamp(probability, MIN_PROBABILITY, 0.5 - MIN_PROBABILITY)
}
