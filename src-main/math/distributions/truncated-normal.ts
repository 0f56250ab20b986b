import { clamp } from '../numbers.ts'
import {
  logNormalCdf,
  logNormalDensity,
  normalCdf,
  normalQuantile,
  normalQuantileOfLog,
} from './normal.ts'

/**
 * The standard normal distribution cut to [a, b], a < b; scale and shift are the caller's. Each function works
 * in the tail that loses nothing, so intervals far from 0 keep their relative accuracy.
 */

/** Beyond this the probability itself is too coarse and logarithms are used. */
const LINEAR_LIMIT = 5

/** log P(a ≤ Z ≤ b); −∞ if a ≥ b. */
export function logNormalMass(a: number, b: number): number {
  if (!(a < b)) return Number.NEGATIVE_INFINITY
  if (a > 0) return logNormalMass(-b, -a)
  if (b > 0) return Math.log1p(-normalCdf(a) - normalCdf(-b))
  if (a > -LINEAR_LIMIT) {
    const mass = normalCdf(b) - normalCdf(a)
    if (mass > 1e-3) return Math.log(mass)
  }
  return narrowMass(a, b) ?? logDifferenceExp(logNormalCdf(b), logNormalCdf(a))
}

/**
 * Cells so narrow that the two cdfs would cancel: midpoint rule with its second-order term,
 * φ(m)·h·(1 + (m² − 1)h²/24), relative error about (m·h)⁴/1920. Null for wider ones.
 */
function narrowMass(a: number, b: number): number | null {
  const width = b - a
  const middle = a + width / 2
  const scale = Math.max(1, Math.abs(middle)) * width
  if (scale > 1e-2) return null
  return (
    logNormalDensity(middle) +
    Math.log(width) +
    Math.log1p(((middle * middle - 1) * width * width) / 24)
  )
}

/** The x in [a, b] below which the share `probability` (0…1) of the cut distribution lies. */
export function truncatedNormalQuantile(probability: number, a: number, b: number): number {
  if (a > 0) return -truncatedNormalQuantile(1 - probability, -b, -a)
  // With 0 inside, the mass below b is no small difference of large ones.
  const isLinear = b > 0 || a > -LINEAR_LIMIT
  const x = isLinear
    ? // The upper end through the upper tail, where the cdf would round to 1.
      quantileBetweenTails(probability, normalCdf(a), normalCdf(-b))
    : logarithmic(probability, a, b)
  return clamp(x, a, b)
}

/**
 * The same for known tails, P(Z ≤ a) and P(Z ≥ b); not meant for intervals far from 0. Rounding may lead out of
 * [a, b] by as much.
 */
export function quantileBetweenTails(probability: number, low: number, high: number): number {
  const below = low + probability * (1 - high - low)
  if (below <= 0.5) return normalQuantile(below)
  return -normalQuantile(high + (1 - probability) * (1 - high - low))
}

function logarithmic(probability: number, a: number, b: number): number {
  const logMass = logNormalMass(a, b)
  const fromLeft = Math.log(probability) + logMass
  const low = logNormalCdf(a)
  const larger = Math.max(low, fromLeft)
  const logBelow = larger + Math.log(Math.exp(low - larger) + Math.exp(fromLeft - larger))
  if (logBelow < -Math.LN2) return normalQuantileOfLog(logBelow)
  const upper = normalCdf(-b) + (1 - probability) * Math.exp(logMass)
  return -normalQuantile(upper)
}

/** log(exp(a) − exp(b)) for a ≥ b; −∞ where they are equal. */
export function logDifferenceExp(a: number, b: number): number {
  if (b === Number.NEGATIVE_INFINITY) return a
  const gap = b - a
  // The better conditioned of two equal forms (Mächler 2012, log1mexp).
  return a + (gap > -Math.LN2 ? Math.log(-Math.expm1(gap)) : Math.log1p(-Math.exp(gap)))
}
