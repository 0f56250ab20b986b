import { addScaled, clamp, sum, squaredNorm } from '../numbers.ts'
import type { RandomStream } from '../random/random-stream.ts'
import { symmetricEigen } from '../symmetric-eigen.ts'
import type { CmaConstants } from './constants.ts'

/**
 * The search distribution of CMA-ES, m + σ·A·N(0, C), and its update. States are never changed: an
 * update gives a new one. Equations: N. Hansen: The CMA evolution strategy: a tutorial. 2016,
 * arXiv:1604.00772. A is the diagonal matrix of the margin correction (`margin.ts`), otherwise 1.
 */
export interface CmaState {
  readonly constants: CmaConstants
  readonly mean: Float64Array
  /** Step size σ. */
  readonly sigma: number
  /** Diagonal of A. */
  readonly scale: Float64Array
  /** C, n × n row-major; separable: its diagonal. */
  readonly covariance: Float64Array
  /** Eigenvectors of C (B, columns); empty when separable, where they are the axes. */
  readonly axes: Float64Array
  /** Square roots of the eigenvalues (diagonal of D). */
  readonly lengths: Float64Array
  readonly path: Float64Array
  readonly stepPath: Float64Array
  /** Updates so far. */
  readonly generation: number
  /** Generation whose C the axes belong to. */
  readonly decomposedAt: number
}

/**
 * The start.
 * @param covariance C, in the form of {@link CmaState.covariance}; without it C = I
 */
export function initialCmaState(
  constants: CmaConstants,
  mean: Float64Array,
  sigma: number,
  covariance?: Float64Array,
): CmaState {
  const n = constants.dimension
  const separable = constants.variant === 'separable'
  const identity = separable ? new Float64Array(n).fill(1) : identityMatrix(n)
  const state: CmaState = {
    constants,
    mean,
    sigma,
    scale: new Float64Array(n).fill(1),
    covariance: covariance ?? identity,
    axes: separable ? new Float64Array(0) : identity,
    lengths: new Float64Array(n).fill(1),
    path: new Float64Array(n),
    stepPath: new Float64Array(n),
    generation: 0,
    decomposedAt: 0,
  }
  return covariance === undefined ? state : decompose(state)
}

/** I, n × n row-major. */
function identityMatrix(n: number): Float64Array {
  const identity = new Float64Array(n * n)
  for (let i = 0; i < n; i++) identity[i * n + i] = 1
  return identity
}

/** One point of the distribution (equations 38 to 40), anywhere in the real space. */
export function sampleCma(state: CmaState, random: RandomStream): Float64Array {
  const n = state.constants.dimension
  const point = new Float64Array(n)
  for (let k = 0; k < n; k++) point[k] = (state.lengths[k] as number) * random.normal()
  const step = rotate(state, point)
  for (let i = 0; i < n; i++) {
    step[i] =
      (state.mean[i] as number) + state.sigma * (state.scale[i] as number) * (step[i] as number)
  }
  return step
}

/** Standard deviation of coordinate `index`: σ·A·√C. */
export function cmaDeviation(state: CmaState, index: number): number {
  return state.sigma * (state.scale[index] as number) * Math.sqrt(variance(state, index))
}

/**
 * Steps longer than √n + 3 in the metric of C are shortened to that: hardly any point of this very
 * distribution is that far, but a point from an earlier one, or from the user, can be. After N. Hansen:
 * Injecting external solutions into CMA-ES. 2011, arXiv:1110.4181, equation 4, whose tighter limit is
 * for points known to be foreign.
 */
const FOREIGN_MARGIN = 3

/** A point that the distribution may not have made, moved as near as its own points are. */
export function withinReach(state: CmaState, point: Float64Array): Float64Array {
  const limit = Math.sqrt(state.constants.dimension) + FOREIGN_MARGIN
  const norm = Math.sqrt(squaredNorm(whiten(state, stepTo(state, point))))
  if (!(norm > limit)) return point
  return point.map((value, i) => {
    const center = state.mean[i] as number
    return center + ((value - center) * limit) / norm
  })
}

/** (point − m)/(σ·A): distributed as N(0, C) for the distribution's own points. */
export function stepTo(state: CmaState, point: Float64Array): Float64Array {
  return point.map(
    (value, i) => (value - (state.mean[i] as number)) / (state.sigma * (state.scale[i] as number)),
  )
}

/**
 * The distribution after one generation.
 * @param points λ of them, from the best to the worst; foreign ones {@link withinReach}
 */
export function updateCma(state: CmaState, points: readonly Float64Array[]): CmaState {
  const { constants, sigma } = state
  const { weights, parentCount, effectiveParents, pathRate, stepPathRate } = constants
  const n = constants.dimension
  const steps = points.map(point => stepTo(state, point))

  // Selection and recombination, equations 41 and 42.
  const meanStep = new Float64Array(n)
  for (let k = 0; k < parentCount; k++)
    addScaled(meanStep, steps[k] as Float64Array, weights[k] as number)
  const mean = state.mean.map((value, i) => value + sigma * (meanStep[i] as number))

  // Step-size control, equations 43 and 44.
  const stepPath = state.stepPath.map(value => (1 - stepPathRate) * value)
  const gain = Math.sqrt(stepPathRate * (2 - stepPathRate) * effectiveParents)
  addScaled(stepPath, rotate(state, whiten(state, meanStep)), gain)
  const length = Math.sqrt(squaredNorm(stepPath))
  const growth = (stepPathRate / constants.damping) * (length / constants.expectedNorm - 1)
  const generation = state.generation + 1

  // Covariance matrix adaptation, equations 45 to 47.
  const expected = Math.sqrt(1 - (1 - stepPathRate) ** (2 * generation)) * constants.expectedNorm
  const stalled = !(length / expected < 1.4 + 2 / (n + 1))
  const path = state.path.map(value => (1 - pathRate) * value)
  if (!stalled) addScaled(path, meanStep, Math.sqrt(pathRate * (2 - pathRate) * effectiveParents))
  const ranked = weights.map((weight, k) =>
    weight >= 0
      ? weight
      : (weight * n) / Math.max(squaredNorm(whiten(state, steps[k] as Float64Array)), 1e-12),
  )
  const { rankOneRate, rankMuRate } = constants
  const covarianceDecay =
    1 - rankOneRate * (stalled ? 1 - pathRate * (2 - pathRate) : 1) - rankMuRate * sum(weights)
  const covariance = state.covariance.map(value => covarianceDecay * value)
  const separable = constants.variant === 'separable'
  const addOuter = separable ? addSquares : addOuterProduct
  addOuter(covariance, path, rankOneRate)
  ranked.forEach((weight, k) => {
    if (weight !== 0) addOuter(covariance, steps[k] as Float64Array, rankMuRate * weight)
  })

  const next: CmaState = {
    ...state,
    mean,
    // A single step may not grow more than e-fold.
    sigma: clamp(sigma * Math.exp(Math.min(1, growth)), MIN_SIGMA, 1 / MIN_SIGMA),
    covariance,
    path,
    stepPath,
    generation,
  }
  // Every max(1, 1/(10n(c_1 + c_μ))) generations, which loses nothing (tutorial, B.2).
  const due =
    separable || generation - state.decomposedAt >= 1 / (10 * n * (rankOneRate + rankMuRate))
  return due ? decompose(next) : next
}

/** The same with another mean and covariance σ²·C. Full covariance only. */
export function reshaped(
  state: CmaState,
  mean: Float64Array,
  sigma: number,
  covariance: Float64Array,
): CmaState {
  const clamped = clamp(sigma, MIN_SIGMA, 1 / MIN_SIGMA)
  return decompose({ ...state, mean, sigma: clamped, covariance })
}

/** C^(−½)·step/σ: how far a step goes, in coordinates in which this distribution is N(0, I). */
export function localStep(state: CmaState, step: Float64Array): Float64Array {
  return rotate(state, whiten(state, step)).map(value => value / state.sigma)
}

/** Renews B and D. */
function decompose(state: CmaState): CmaState {
  const { dimension: n, variant } = state.constants
  if (variant === 'separable') {
    return { ...state, lengths: state.covariance.map(value => Math.sqrt(Math.max(value, FLOOR))) }
  }
  const { values, vectors } = symmetricEigen(state.covariance, n)
  return {
    ...state,
    axes: vectors,
    lengths: values.map(value => Math.sqrt(Math.max(value, FLOOR))),
    decomposedAt: state.generation,
  }
}

/** Where only coordinates with a grid are left, nothing else stops σ from leaving the range of numbers. */
const MIN_SIGMA = 1e-100

/** Rounding can make the smallest eigenvalue 0 or negative. */
const FLOOR = 1e-300

/** C_ii. */
export function variance(state: CmaState, index: number): number {
  const n = state.constants.dimension
  const at = state.constants.variant === 'separable' ? index : index * n + index
  return Math.max(state.covariance[at] as number, FLOOR)
}

/** B·vector. */
function rotate({ axes, constants }: CmaState, vector: Float64Array): Float64Array {
  if (axes.length === 0) return vector
  const n = constants.dimension
  const result = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let total = 0
    for (let k = 0; k < n; k++) total += (axes[i * n + k] as number) * (vector[k] as number)
    result[i] = total
  }
  return result
}

/** D⁻¹·Bᵀ·vector: standard normal coordinates of a step. */
function whiten({ axes, lengths, constants }: CmaState, vector: Float64Array): Float64Array {
  const n = constants.dimension
  const result = axes.length === 0 ? vector.slice() : new Float64Array(n)
  if (axes.length > 0) {
    for (let i = 0; i < n; i++) {
      const value = vector[i] as number
      for (let k = 0; k < n; k++) {
        result[k] = (result[k] as number) + (axes[i * n + k] as number) * value
      }
    }
  }
  for (let k = 0; k < n; k++) result[k] = (result[k] as number) / (lengths[k] as number)
  return result
}

function addSquares(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = (target[i] as number) + factor * (vector[i] as number) ** 2
  }
}

function addOuterProduct(target: Float64Array, vector: Float64Array, factor: number): void {
  const n = vector.length
  for (let i = 0; i < n; i++) {
    const weighted = factor * (vector[i] as number)
    for (let j = 0; j < n; j++) {
      target[i * n + j] = (target[i * n + j] as number) + weighted * (vector[j] as number)
    }
  }
}
