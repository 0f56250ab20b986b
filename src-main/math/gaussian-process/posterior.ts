import { BLOCK, fillBlock, squareBlock } from './block-moments.ts'
import { type CoordinateKinds, type KernelParameters, matern } from './kernel.ts'
import {
  appendToInverse,
  dot,
  factorize,
  invertFactor,
  multiply,
  multiplyTransposed,
  packedLength,
} from './packed-cholesky.ts'

/** Added to the diagonal until the matrix is positive definite, relative to the scale. */
const FIRST_JITTER = 1e-10

/**
 * Mean and variance of the function at any point, given observations with mean 0: Rasmussen,
 * Williams 2006, equations 2.25 and 2.26. The variance is that of the function, without noise.
 * Methods write to fields and arrays that they use again.
 */
export class GaussianPosterior {
  /** Of the last point given to {@link at} or {@link slopesAt}. */
  mean = 0
  variance = 0

  readonly #kinds: CoordinateKinds
  readonly #kernel: KernelParameters
  readonly #dimension: number
  #size: number
  /** Observations that were not appended. */
  readonly #initialCount: number
  readonly #capacity: number
  /** Numeric coordinates divided by their lengths, categories as they are; row-major. */
  readonly #points: Float64Array
  readonly #values: Float64Array
  /** L⁻¹ of K + noise·1 = LLᵀ, packed. */
  readonly #inverse: Float64Array
  /** α = (K + noise·1)⁻¹·y. */
  readonly #weights: Float64Array
  readonly #roots: Float64Array
  readonly #scaled: Float64Array
  readonly #column: Float64Array
  readonly #slopes: Float64Array
  readonly #whitened: Float64Array
  readonly #solved: Float64Array
  /** Scaled points and kernel columns of a block, BLOCK elements side by side. */
  readonly #queries: Float64Array
  readonly #block: Float64Array

  /**
   * @param points row-major, size × (numeric + categorical)
   * @param values one per point
   * @param extra how many points will be appended at most
   */
  constructor(
    points: Float64Array,
    values: Float64Array,
    kinds: CoordinateKinds,
    kernel: KernelParameters,
    extra = 0,
  ) {
    const size = values.length
    const dimension = kinds.numeric + kinds.categorical
    const capacity = size + extra
    this.#kinds = kinds
    this.#kernel = kernel
    this.#dimension = dimension
    this.#size = size
    this.#initialCount = size
    this.#capacity = capacity
    this.#points = new Float64Array(capacity * dimension)
    this.#values = new Float64Array(capacity)
    this.#values.set(values)
    this.#inverse = new Float64Array(packedLength(capacity))
    this.#weights = new Float64Array(capacity)
    this.#roots = kernel.inverseSquaredLengths.map(Math.sqrt)
    this.#scaled = new Float64Array(dimension)
    this.#column = new Float64Array(capacity)
    this.#slopes = new Float64Array(capacity)
    this.#whitened = new Float64Array(capacity)
    this.#solved = new Float64Array(capacity)
    this.#queries = new Float64Array(dimension * BLOCK)
    this.#block = new Float64Array(capacity * BLOCK)
    for (let i = 0; i < size; i++) this.#place(points, i * dimension, i)
    this.#decompose()
    this.#solve()
  }

  /** Copies a point, scaled, to row `index`. */
  #place(source: Float64Array, start: number, index: number): void {
    const dimension = this.#dimension
    const kinds = this.#kinds
    const roots = this.#roots
    for (let d = 0; d < dimension; d++) {
      const value = source[start + d] as number
      this.#points[index * dimension + d] = d < kinds.numeric ? value * (roots[d] as number) : value
    }
  }

  #decompose(): void {
    const size = this.#size
    const kernel = this.#kernel
    const factor = new Float64Array(packedLength(size))
    for (let jitter = 0; ; jitter = jitter === 0 ? FIRST_JITTER : jitter * 10) {
      for (let i = 0, row = 0; i < size; row += ++i) {
        this.#scaled.set(this.#points.subarray(i * this.#dimension, (i + 1) * this.#dimension))
        this.#fillColumn(i)
        factor.set(this.#column.subarray(0, i), row)
        factor[row + i] = kernel.scale * (1 + jitter) + kernel.noise
      }
      if (factorize(factor, size)) break
    }
    invertFactor(factor, size, this.#inverse)
  }

  #solve(): void {
    multiply(this.#inverse, this.#size, this.#values, this.#whitened)
    multiplyTransposed(this.#inverse, this.#size, this.#whitened, this.#weights)
  }

  /**
   * Adds one more observation.
   * @returns false if it adds nothing that can be computed: it repeats another point
   */
  append(point: Float64Array, value: number): boolean {
    if (this.#size === this.#capacity) throw new RangeError('no room for another observation')
    this.#scale(point)
    this.#fillColumn(this.#size)
    const { scale, noise } = this.#kernel
    if (!appendToInverse(this.#inverse, this.#size, this.#column, scale + noise)) return false
    this.#place(point, 0, this.#size)
    this.#values[this.#size] = value
    this.#size++
    this.#solve()
    return true
  }

  #scale(point: Float64Array): void {
    const dimension = this.#dimension
    const kinds = this.#kinds
    const roots = this.#roots
    const scaled = this.#scaled
    for (let d = 0; d < kinds.numeric; d++) scaled[d] = (point[d] as number) * (roots[d] as number)
    for (let d = kinds.numeric; d < dimension; d++) scaled[d] = point[d] as number
  }

  /** Squared distance of the scaled point to row `index`. */
  #squaredDistance(index: number): number {
    const points = this.#points
    const scaled = this.#scaled
    const dimension = this.#dimension
    const kernel = this.#kernel
    const { numeric } = this.#kinds
    const row = index * dimension
    let r2 = 0
    for (let d = 0; d < numeric; d++) {
      const difference = (scaled[d] as number) - (points[row + d] as number)
      r2 += difference * difference
    }
    for (let d = numeric; d < dimension; d++) {
      if (scaled[d] !== points[row + d]) r2 += kernel.inverseSquaredLengths[d] as number
    }
    return r2
  }

  /** Kernel between the scaled point and the first `count` rows. */
  #fillColumn(count: number): void {
    const column = this.#column
    const { scale } = this.#kernel
    for (let i = 0; i < count; i++) {
      const r2 = this.#squaredDistance(i)
      const s = Math.sqrt(5 * r2)
      column[i] = scale * (1 + s + (5 / 3) * r2) * Math.exp(-s)
    }
  }

  /** Sets mean and variance at a point. */
  at(point: Float64Array): void {
    const size = this.#size
    const column = this.#column
    const whitened = this.#whitened
    this.#scale(point)
    this.#fillColumn(size)
    this.mean = dot(column, 0, this.#weights, 0, size)
    multiply(this.#inverse, size, column, whitened)
    this.variance = Math.max(this.#kernel.scale - dot(whitened, 0, whitened, 0, size), 0)
  }

  /**
   * Of the last point given to {@link at} or {@link slopesAt}: by how much the mean there moves if an appended value was one
   * deviation higher than expected by what came before it. One element for each appended observation.
   */
  loadings(out: Float64Array): void {
    for (let i = this.#initialCount; i < this.#size; i++) {
      out[i - this.#initialCount] = this.#whitened[i] as number
    }
  }

  /** Derivatives of Σ factors·loadings by the numeric coordinates of the last point given to {@link slopesAt}. */
  loadingSlopes(factors: Float64Array, out: Float64Array): void {
    const size = this.#size
    const solved = this.#solved
    solved.fill(0, 0, size)
    for (let i = this.#initialCount; i < size; i++) {
      const row = packedLength(i)
      const factor = factors[i - this.#initialCount] as number
      for (let j = 0; j <= i; j++) {
        solved[j] = (solved[j] as number) + factor * (this.#inverse[row + j] as number)
      }
    }
    this.#kernelSlopes(solved, out)
  }

  /** Derivatives of Σ factors·kernels by the numeric coordinates of the last point given to {@link slopesAt}. */
  #kernelSlopes(factors: Float64Array, out: Float64Array): void {
    const { numeric } = this.#kinds
    out.fill(0, 0, numeric)
    for (let i = 0; i < this.#size; i++) {
      const factor = (this.#slopes[i] as number) * (factors[i] as number)
      const row = i * this.#dimension
      for (let d = 0; d < numeric; d++) {
        const difference = (this.#scaled[d] as number) - (this.#points[row + d] as number)
        out[d] = (out[d] as number) + factor * difference
      }
    }
    for (let d = 0; d < numeric; d++) out[d] = (out[d] as number) * 2 * (this.#roots[d] as number)
  }

  /** The mean alone, at a small part of the cost; sets nothing. */
  meanAt(point: Float64Array): number {
    this.#scale(point)
    this.#fillColumn(this.#size)
    return dot(this.#column, 0, this.#weights, 0, this.#size)
  }

  /** Covariance of the function between two points. */
  covariance(a: Float64Array, b: Float64Array): number {
    const size = this.#size
    const column = this.#column
    const whitened = this.#whitened
    const dimension = this.#dimension
    const kinds = this.#kinds
    const kernel = this.#kernel
    const roots = this.#roots
    this.at(a)
    const first = whitened.slice(0, size)
    this.#scale(b)
    this.#fillColumn(size)
    multiply(this.#inverse, size, column, whitened)
    let r2 = 0
    for (let d = 0; d < kinds.numeric; d++) {
      r2 += (((a[d] as number) - (b[d] as number)) * (roots[d] as number)) ** 2
    }
    for (let d = kinds.numeric; d < dimension; d++) {
      if (a[d] !== b[d]) r2 += kernel.inverseSquaredLengths[d] as number
    }
    return kernel.scale * matern(r2) - dot(first, 0, whitened, 0, size)
  }

  /**
   * Sets mean and variance at a point and writes their derivatives by its numeric coordinates.
   */
  slopesAt(point: Float64Array, meanSlope: Float64Array, varianceSlope: Float64Array): void {
    const size = this.#size
    const column = this.#column
    const slopes = this.#slopes
    const whitened = this.#whitened
    const solved = this.#solved
    const weights = this.#weights
    const { numeric } = this.#kinds
    const { scale } = this.#kernel
    this.#scale(point)
    for (let i = 0; i < size; i++) {
      const r2 = this.#squaredDistance(i)
      const s = Math.sqrt(5 * r2)
      const decay = scale * Math.exp(-s)
      column[i] = (1 + s + (5 / 3) * r2) * decay
      slopes[i] = (-5 / 6) * (1 + s) * decay
    }
    this.mean = dot(column, 0, weights, 0, size)
    multiply(this.#inverse, size, column, whitened)
    this.variance = Math.max(scale - dot(whitened, 0, whitened, 0, size), 0)
    multiplyTransposed(this.#inverse, size, whitened, solved)
    this.#kernelSlopes(weights, meanSlope)
    this.#kernelSlopes(solved, varianceSlope)
    // d(kᵀK⁻¹k) = 2·(K⁻¹k)ᵀ·dk, and the variance falls by it.
    for (let d = 0; d < numeric; d++) varianceSlope[d] = (varianceSlope[d] as number) * -2
  }

  /**
   * Means and variances at many points, row-major; several at a time.
   * @param loadings receives those of {@link loadings}, point by point
   */
  atMany(
    points: Float64Array,
    count: number,
    means: Float64Array,
    variances: Float64Array,
    loadings?: Float64Array,
  ): void {
    const size = this.#size
    const dimension = this.#dimension
    const weights = this.#weights
    const inverse = this.#inverse
    const kernel = this.#kernel
    const { numeric } = this.#kinds
    const observations = {
      size,
      dimension,
      numeric,
      points: this.#points,
      weights,
      inverse,
      kernel,
    }
    const sums = new Float64Array(BLOCK)
    const squares = new Float64Array(BLOCK)
    for (let first = 0; first < count; first += BLOCK) {
      const used = Math.min(BLOCK, count - first)
      for (let b = 0; b < BLOCK; b++) {
        // The last block is filled up with its first point.
        const start = (first + (b < used ? b : 0)) * dimension
        for (let d = 0; d < dimension; d++) {
          const value = points[start + d] as number
          this.#queries[d * BLOCK + b] = d < numeric ? value * (this.#roots[d] as number) : value
        }
      }
      fillBlock(observations, this.#queries, this.#block, sums)
      squareBlock(observations, this.#block, squares)
      for (let b = 0; b < used; b++) {
        means[first + b] = sums[b] as number
        variances[first + b] = Math.max(kernel.scale - (squares[b] as number), 0)
      }
      if (loadings !== undefined) this.#loadingsOfBlock(first, used, loadings)
    }
  }

  #loadingsOfBlock(first: number, used: number, out: Float64Array): void {
    const appended = this.#size - this.#initialCount
    for (let i = this.#initialCount; i < this.#size; i++) {
      const row = packedLength(i)
      for (let b = 0; b < used; b++) {
        let sum = 0
        for (let j = 0; j <= i; j++) {
          sum += (this.#inverse[row + j] as number) * (this.#block[j * BLOCK + b] as number)
        }
        out[(first + b) * appended + i - this.#initialCount] = sum
      }
    }
  }
}
