import { type KernelParameters, matern } from './kernel.ts'
import { packedLength } from './packed-cholesky.ts'

/** Points whose moments are computed together; the inverse factor is read once for all of them. */
export const BLOCK = 4

/** The observations as a posterior keeps them. */
export interface Observations {
  readonly size: number
  readonly dimension: number
  /** Coordinates before the categories. */
  readonly numeric: number
  /** Numeric coordinates divided by their lengths, categories as they are; row-major. */
  readonly points: Float64Array
  /** α = (K + noise·1)⁻¹·y. */
  readonly weights: Float64Array
  /** L⁻¹ of K + noise·1 = LLᵀ, packed. */
  readonly inverse: Float64Array
  readonly kernel: KernelParameters
}

/**
 * Kernels between scaled queries and all rows, and the means.
 * @param queries dimension × BLOCK
 * @param block receives size × BLOCK kernels
 * @param sums receives BLOCK means
 */
export function fillBlock(
  { size, dimension, numeric, points, weights, kernel }: Observations,
  queries: Float64Array,
  block: Float64Array,
  sums: Float64Array,
): void {
  const { scale, inverseSquaredLengths } = kernel
  sums.fill(0)
  for (let i = 0; i < size; i++) {
    const row = i * dimension
    let r0 = 0
    let r1 = 0
    let r2 = 0
    let r3 = 0
    for (let d = 0, at = 0; d < numeric; d++, at += BLOCK) {
      const value = points[row + d] as number
      const d0 = (queries[at] as number) - value
      const d1 = (queries[at + 1] as number) - value
      const d2 = (queries[at + 2] as number) - value
      const d3 = (queries[at + 3] as number) - value
      r0 += d0 * d0
      r1 += d1 * d1
      r2 += d2 * d2
      r3 += d3 * d3
    }
    for (let d = numeric, at = numeric * BLOCK; d < dimension; d++, at += BLOCK) {
      const value = points[row + d] as number
      const weight = inverseSquaredLengths[d] as number
      if (queries[at] !== value) r0 += weight
      if (queries[at + 1] !== value) r1 += weight
      if (queries[at + 2] !== value) r2 += weight
      if (queries[at + 3] !== value) r3 += weight
    }
    const at = i * BLOCK
    block[at] = scale * matern(r0)
    block[at + 1] = scale * matern(r1)
    block[at + 2] = scale * matern(r2)
    block[at + 3] = scale * matern(r3)
    const weight = weights[i] as number
    for (let b = 0; b < BLOCK; b++) {
      sums[b] = (sums[b] as number) + weight * (block[at + b] as number)
    }
  }
}

/** |L⁻¹k|² of every column of the block, two rows of L⁻¹ at a time. */
export function squareBlock(
  { size, inverse }: Observations,
  block: Float64Array,
  squares: Float64Array,
): void {
  let q0 = 0
  let q1 = 0
  let q2 = 0
  let q3 = 0
  for (let i = 0; i < size; i += 2) {
    const upper = packedLength(i)
    // An odd last row stands in for its missing partner and counts for nothing.
    const isPair = i + 1 < size
    const lower = isPair ? upper + i + 1 : upper
    let v0 = 0
    let v1 = 0
    let v2 = 0
    let v3 = 0
    let u0 = 0
    let u1 = 0
    let u2 = 0
    let u3 = 0
    for (let j = 0, at = 0; j <= i; j++, at += BLOCK) {
      const a = inverse[upper + j] as number
      const b = inverse[lower + j] as number
      const k0 = block[at] as number
      const k1 = block[at + 1] as number
      const k2 = block[at + 2] as number
      const k3 = block[at + 3] as number
      v0 += a * k0
      v1 += a * k1
      v2 += a * k2
      v3 += a * k3
      u0 += b * k0
      u1 += b * k1
      u2 += b * k2
      u3 += b * k3
    }
    q0 += v0 * v0
    q1 += v1 * v1
    q2 += v2 * v2
    q3 += v3 * v3
    if (!isPair) break
    const last = inverse[lower + i + 1] as number
    const at = (i + 1) * BLOCK
    u0 += last * (block[at] as number)
    u1 += last * (block[at + 1] as number)
    u2 += last * (block[at + 2] as number)
    u3 += last * (block[at + 3] as number)
    q0 += u0 * u0
    q1 += u1 * u1
    q2 += u2 * u2
    q3 += u3 * u3
  }
  squares[0] = q0
  squares[1] = q1
  squares[2] = q2
  squares[3] = q3
}
