import { sum } from '../../math/numbers.ts'
/** Brackets of Hyperband (Li et al., JMLR 18(185), 2018, algorithm 1), with whole numbers only. */

/**
 * s_max + 1: the largest k with minResource·factor^(k−1) ≤ maxResource, at least 1.
 * @param minResource whole, ≥ 1
 * @param factor whole, ≥ 2
 */
export function countBrackets(minResource: number, maxResource: number, factor: number): number {
  let count = 1
  for (let step = minResource * factor; step <= maxResource; step *= factor) count++
  return count
}

/**
 * How many trials of one round are in bracket b, 0 being the boldest: ⌈B·η^s/(s + 1)⌉ with
 * s = B − 1 − b (line 2 of the algorithm).
 */
export function shareOf(bracket: number, count: number, factor: number): number {
  const s = count - 1 - bracket
  const product = count * factor ** s
  return (product - (product % (s + 1))) / (s + 1) + (product % (s + 1) === 0 ? 0 : 1)
}

/** 2³² divided by the golden ratio. */
const GOLDEN_STEP = 0x9e3779b9

/**
 * The bracket of a trial: its number times the golden ratio, modulo 1, falls into the bracket's share
 * of the unit interval (Knuth: The art of computer programming, volume 3, §6.4, theorem S). So the
 * shares are kept among any trials in a row, and no period meets that of a grid.
 * @param shares per bracket
 */
export function bracketOf(trialNumber: number, shares: readonly number[]): number {
  const total = sum(shares)
  const position = ((Math.imul(trialNumber, GOLDEN_STEP) >>> 0) / 4_294_967_296) * total
  return bracketAt(position, shares)
}

/** The bracket whose share holds a position in [0, sum of the shares). */
export function bracketAt(position: number, shares: readonly number[]): number {
  let rest = position
  for (const [bracket, share] of shares.entries()) {
    rest -= share
    if (rest < 0) return bracket
  }
  return shares.length - 1
}
