import { philox4x32, hashPurpose, deriveSeed } from '../random/stream.ts'
import { joeKuoNumbers } from './joe-kuo-numbers.ts'

/**
 * Sobol's sequence, any point at once: 32 binary digits, points in the order of the Gray code, so
 * that every block of 2ᵏ points that starts at a multiple of 2ᵏ is balanced.
 *
 * - I. M. Sobol: On the distribution of points in a cube and the approximate evaluation of integrals.
 *   USSR Computational Mathematics and Mathematical Physics 7(4), 1967, 86–112,
 *   doi:10.1016/0041-5553(67)90144-9.
 * - P. Bratley, B. L. Fox: Algorithm 659. ACM Transactions on Mathematical Software 14, 1988, 88–100,
 *   doi:10.1145/42288.214372 (recurrence of the direction numbers).
 */
export interface Sobol {
  /** Coordinate `dimension` of point `index`, in [0, 1); `index` 0 … 2³² − 1. */
  coordinate(index: number, dimension: number): number
}

/**
 * - `none`: the sequence itself; its first point is the corner 0.
 * - `shift`: one random binary number per dimension is added without carry. R. Cranley, T. N. L.
 *   Patterson, SIAM Journal on Numerical Analysis 13, 1976, 904–914, doi:10.1137/0713071, in base 2.
 * - `owen`: nested uniform scrambling: every binary digit is flipped or not by a coin that belongs to
 *   the digits before it. A. B. Owen: Randomly permuted (t, m, s)-nets and (t, s)-sequences. 1995,
 *   doi:10.1007/978-1-4612-2552-2_19.
 * The balance of the sequence stays; with `shift` and `owen` every point alone is uniform.
 */
export const sobolScrambles = ['none', 'shift', 'owen'] as const
export type SobolScramble = (typeof sobolScrambles)[number]

const BITS = 32
const TWO_TO_32 = 4_294_967_296

const tableEntries = joeKuoNumbers.trim().split(';')

/** Number of dimensions that the table of direction numbers has: 337. */
export const SOBOL_MAX_DIMENSION = tableEntries.length + 1

/**
 * @param dimension number of coordinates, 1 … {@link sobolMaxDimension}
 * @param seed 0 … 2³² − 1, of the scrambling
 */
export function createSobol(dimension: number, scramble: SobolScramble, seed: number): Sobol {
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > SOBOL_MAX_DIMENSION) {
    throw new Error(`Sobol's sequence in ${dimension} dimensions: must be 1…${SOBOL_MAX_DIMENSION}`)
  }
  const directions = Array.from({ length: dimension }, (_, index) => directionNumbers(index))
  const shifts = Uint32Array.from({ length: dimension }, (_, number) =>
    scramble === 'shift' ? deriveSeed({ seed, number, purpose: 'sobol shift' }) : 0,
  )
  const owenKey = hashPurpose('sobol owen')

  return {
    coordinate(index, axis) {
      if (!Number.isInteger(index) || index < 0 || index >= TWO_TO_32) {
        throw new Error(`Sobol's sequence: no point ${index}`)
      }
      const direction = directions[axis] as Uint32Array
      let bits = 0
      for (let gray = (index ^ (index >>> 1)) >>> 0, bit = 0; gray !== 0; gray >>>= 1, bit++) {
        if (gray & 1) bits ^= direction[bit] as number
      }
      if (scramble === 'none') return (bits >>> 0) / TWO_TO_32
      bits =
        scramble === 'shift' ? bits ^ (shifts[axis] as number) : owen(bits, axis, seed, owenKey)
      // The middle of the cell that 32 digits leave open: never on an edge of the cube.
      return ((bits >>> 0) + 0.5) / TWO_TO_32
    },
  }
}

/** Element k stands for bit k of the Gray code; the first binary digit is the highest bit. */
function directionNumbers(dimension: number): Uint32Array {
  const directions = new Uint32Array(BITS)
  if (dimension === 0) {
    for (let k = 0; k < BITS; k++) directions[k] = 1 << (BITS - 1 - k)
    return directions
  }
  const entry = tableEntries[dimension - 1] as string
  const [coefficients, ...initial] = entry.trim().split(/\s+/).map(Number) as [number, ...number[]]
  const degree = initial.length
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      directions[k] = (initial[k] as number) << (BITS - 1 - k)
      continue
    }
    // Bratley & Fox: vₖ = a₁vₖ₋₁ ⊕ … ⊕ aₛ₋₁vₖ₋ₛ₊₁ ⊕ vₖ₋ₛ ⊕ (vₖ₋ₛ >> s).
    const oldest = directions[k - degree] as number
    let value = oldest ^ (oldest >>> degree)
    for (let j = 1; j < degree; j++) {
      if ((coefficients >>> (degree - 1 - j)) & 1) value ^= directions[k - j] as number
    }
    directions[k] = value
  }
  return directions
}

const block = new Uint32Array(4)

/** One coin per (digits before, number of the digit, dimension): a Philox block each. */
function owen(bits: number, axis: number, seed: number, key: number): number {
  let flips = 0
  for (let digit = 0; digit < BITS; digit++) {
    const before = digit === 0 ? 0 : bits >>> (BITS - digit)
    philox4x32(before, digit, axis, 0, seed, key, block)
    flips |= ((block[0] as number) & 1) << (BITS - 1 - digit)
  }
  return bits ^ flips
}
