import { createRandomStream } from '../random/stream.ts'

/**
 * Halton's sequence, any point at once: coordinate d is the index in base p_d (the d-th prime)
 * mirrored at the point. Scrambled, every digit goes through a random permutation of its own, the
 * zeros behind the index included; the equal shares of the digits stay and the stripes that large
 * bases draw at the beginning disappear.
 *
 * - J. H. Halton: On the efficiency of certain quasi-random sequences of points in evaluating
 *   multi-dimensional integrals. Numerische Mathematik 2, 1960, 84–90, doi:10.1007/BF01386213.
 * - A. B. Owen: A randomized Halton algorithm in R. 2017, arXiv:1706.02808 (section 2).
 */
export interface Halton {
  /** Coordinate `dimension` of point `index`, in [0, 1); `index` 0 … 2³² − 1. */
  coordinate(index: number, dimension: number): number
}

/** Beyond the 168 primes below 1,000 a study would end before any digit has shown all its values. */
export const HALTON_MAX_DIMENSION = 168

/** Scrambled digits per coordinate: as many as a number between 0 and 1 can hold. */
const MANTISSA_BITS = 53

/**
 * @param dimension number of coordinates, 1 … {@link haltonMaxDimension}
 * @param seed 0 … 2³² − 1, of the permutations
 */
export function createHalton(dimension: number, scramble: boolean, seed: number): Halton {
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > HALTON_MAX_DIMENSION) {
    throw new Error(
      `Halton's sequence in ${dimension} dimensions: must be 1…${HALTON_MAX_DIMENSION}`,
    )
  }
  const bases = firstPrimes(dimension)
  const permutations = scramble ? bases.map((base, axis) => digitTables(base, axis, seed)) : null

  return {
    coordinate(index, axis) {
      if (!Number.isInteger(index) || index < 0 || index >= 4_294_967_296) {
        throw new Error(`Halton's sequence: no point ${index}`)
      }
      const base = bases[axis] as number
      const tables = permutations?.[axis]
      let remainder = index
      let weight = 1 / base
      let value = 0
      for (let digit = 0; tables ? digit < tables.length : remainder > 0; digit++) {
        const plain = remainder % base
        value += weight * (tables ? ((tables[digit] as Uint16Array)[plain] as number) : plain)
        weight /= base
        remainder = Math.floor(remainder / base)
      }
      // Scrambled digits can round up to 1, which is not in the interval.
      return Math.min(value, 1 - Number.EPSILON / 2)
    },
  }
}

/** One random permutation of 0 … base − 1 per digit. */
function digitTables(base: number, axis: number, seed: number): Uint16Array[] {
  const stream = createRandomStream({ seed, number: axis, purpose: 'halton' })
  const digits = Array.from({ length: base }, (_, digit) => digit)
  const count = Math.ceil(MANTISSA_BITS / Math.log2(base))
  return Array.from({ length: count }, () => Uint16Array.from(stream.shuffled(digits)))
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every(prime => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes
}
