/**
 * Matérn kernel with smoothness 5/2 and one length per coordinate (automatic relevance determination).
 * Numeric coordinates contribute w·(a − b)² to the squared distance r², categories w where they differ
 * (Hamming distance); w is the inverse squared length.
 *
 * k(r) = scale·(1 + √5·r + 5r²/3)·exp(−√5·r): Rasmussen, Williams: Gaussian processes for machine
 * learning. MIT Press 2006, equation 4.17.
 */
export interface KernelParameters {
  /** w of each coordinate, > 0. */
  readonly inverseSquaredLengths: Float64Array
  /** Variance of the function, > 0. */
  readonly scale: number
  /** Variance of the noise of observations, > 0. */
  readonly noise: number
}

/** The coordinates of a point: numeric ones first, then categories as numbers. */
export interface CoordinateKinds {
  readonly numeric: number
  readonly categorical: number
}

/** k for scale 1. */
export function matern(squaredDistance: number): number {
  const s = Math.sqrt(5 * squaredDistance)
  return (1 + s + (5 / 3) * squaredDistance) * Math.exp(-s)
}

/** The contributions to r² of every pair of points before the weights. */
export interface PairDifferences {
  readonly size: number
  readonly dimension: number
  /** Pairs (1, 0), (2, 0), (2, 1), (3, 0) …, one after the other, `dimension` elements each. */
  readonly squares: Float64Array
}

/** @param points row-major, size × dimension */
export function pairDifferences(
  points: Float64Array,
  size: number,
  { numeric, categorical }: CoordinateKinds,
): PairDifferences {
  const dimension = numeric + categorical
  const squares = new Float64Array(((size * (size - 1)) / 2) * dimension)
  let at = 0
  for (let i = 1; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const a = i * dimension
      const b = j * dimension
      for (let d = 0; d < numeric; d++) {
        const difference = (points[a + d] as number) - (points[b + d] as number)
        squares[at++] = difference * difference
      }
      for (let d = numeric; d < dimension; d++)
        squares[at++] = points[a + d] === points[b + d] ? 0 : 1
    }
  }
  return { size, dimension, squares }
}
