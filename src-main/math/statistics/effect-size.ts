import { sum } from '../numbers.ts'
import { midranks } from './midranks.ts'

/**
 * The chance that a value of `a` is larger than one of `b`, equal ones counted half: 0…1, 0.5 means no
 * difference. A. Vargha, H. D. Delaney: A critique and improvement of the CL common language effect size
 * statistics of McGraw and Wong. Journal of Educational and Behavioral Statistics 25, 2000, 101–132,
 * doi:10.3102/10769986025002101 (A₁₂, equation 14).
 * @param a not empty, no NaN; `b` likewise
 */
export function varghaDelaney(a: readonly number[], b: readonly number[]): number {
  const ranks = midranks([...a, ...b])
  return (sum(ranks.slice(0, a.length)) / a.length - (a.length + 1) / 2) / b.length
}

/**
 * The same from −1 to 1: P(a > b) − P(a < b). N. Cliff: Dominance statistics: ordinal analyses to answer ordinal
 * questions. Psychological Bulletin 114, 1993, 494–509, doi:10.1037/0033-2909.114.3.494.
 */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  return 2 * varghaDelaney(a, b) - 1
}

export type EffectMagnitude = 'negligible' | 'small' | 'medium' | 'large'

/** In words, after Vargha and Delaney's limits 0.56, 0.64 and 0.71. */
export function effectMagnitude(delta: number): EffectMagnitude {
  const size = Math.abs(delta)
  if (size < 0.12) return 'negligible'
  if (size < 0.28) return 'small'
  return size < 0.42 ? 'medium' : 'large'
}
