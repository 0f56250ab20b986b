import { dot, factorize, packedLength } from '../../math/gaussian-process/packed-cholesky.ts'
import { minimizeLbfgs } from '../../math/optimize/l-bfgs.ts'

/** Features with what is to be learned. */
export interface LinearProblem {
  /** rows × width */
  readonly features: Float32Array
  readonly width: number
  /** One per row: the number, or the class from 0. */
  readonly target: Float64Array
  /** One per row; null: all 1. */
  readonly weights: Float64Array | null
}

export interface LinearModel {
  /** width × outputs */
  readonly slopes: Float64Array
  /** One per output. */
  readonly intercepts: Float64Array
}

/** Above, normal equations take more time than steps. */
const MAX_SOLVED_WIDTH = 1_500
/** Half the width of the bend that makes a quantile's loss smooth, in units of the standardized target. */
const BEND = 0.01

/**
 * Ridge regression: least Σ wᵢ·(yᵢ − xᵢβ − β₀)² + ridge·‖β‖²; by normal equations where there are few features.
 *
 * A. E. Hoerl, R. W. Kennard: Ridge regression. Technometrics 12, 1970.
 */
export function fitRidge(problem: LinearProblem, ridge: number): LinearModel {
  if (problem.width > MAX_SOLVED_WIDTH) {
    return minimize(problem, 1, ridge, (scores, row, slope) => {
      const residual = (scores[0] as number) - (problem.target[row] as number)
      slope[0] = residual
      return residual ** 2 / 2
    })
  }
  const { features, width, target, weights } = problem
  const rows = target.length
  const means = new Float64Array(width)
  let [total, targetMean] = [0, 0]
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1
    total += weight
    targetMean += weight * (target[row] as number)
    for (let at = 0; at < width; at++) {
      means[at] = (means[at] as number) + weight * (features[row * width + at] as number)
    }
  }
  targetMean /= total
  for (let at = 0; at < width; at++) means[at] = (means[at] as number) / total
  const matrix = new Float64Array(packedLength(width))
  const right = new Float64Array(width)
  const centered = new Float64Array(width)
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1
    const residual = weight * ((target[row] as number) - targetMean)
    for (let at = 0; at < width; at++) {
      centered[at] = (features[row * width + at] as number) - (means[at] as number)
    }
    for (let i = 0; i < width; i++) {
      const scaled = weight * (centered[i] as number)
      right[i] = (right[i] as number) + residual * (centered[i] as number)
      const start = packedLength(i)
      for (let j = 0; j <= i; j++) {
        matrix[start + j] = (matrix[start + j] as number) + scaled * (centered[j] as number)
      }
    }
  }
  for (let at = 0; at < width; at++) {
    const diagonal = packedLength(at) + at
    matrix[diagonal] = (matrix[diagonal] as number) + ridge
  }
  factorize(matrix, width)
  const slopes = solve(matrix, right, width)
  const intercepts = Float64Array.of(targetMean - dot(slopes, 0, means, 0, width))
  return { slopes, intercepts }
}

/** @param factor L of L·Lᵀ·x = right */
function solve(factor: Float64Array, right: Float64Array, size: number): Float64Array {
  const x = right.slice()
  for (let i = 0; i < size; i++) {
    const start = packedLength(i)
    x[i] = ((x[i] as number) - dot(factor, start, x, 0, i)) / (factor[start + i] as number)
  }
  for (let i = size - 1; i >= 0; i--) {
    const start = packedLength(i)
    const value = (x[i] as number) / (factor[start + i] as number)
    x[i] = value
    for (let j = 0; j < i; j++) x[j] = (x[j] as number) - value * (factor[start + j] as number)
  }
  return x
}

/**
 * Multinomial logistic regression: least Σ wᵢ·(−log pᵢ) + ½·ridge·‖β‖².
 * @param classes at least 2; each has slopes of its own
 */
export function fitLogistic(problem: LinearProblem, classes: number, ridge: number): LinearModel {
  return minimize(problem, classes, ridge, (scores, row, slope) => {
    const label = problem.target[row] as number
    const largest = scores.reduce((a, b) => Math.max(a, b))
    let sum = 0
    for (let at = 0; at < classes; at++) {
      const power = Math.exp((scores[at] as number) - largest)
      slope[at] = power
      sum += power
    }
    for (let at = 0; at < classes; at++) slope[at] = (slope[at] as number) / sum
    slope[label] = (slope[label] as number) - 1
    return largest + Math.log(sum) - (scores[label] as number)
  })
}

/** Linear quantile regression with the kink of its loss bent over ±0.01: least Σ wᵢ·lossᵢ + ½·ridge·‖β‖². */
export function fitQuantile(problem: LinearProblem, quantile: number, ridge: number): LinearModel {
  return minimize(problem, 1, ridge, (scores, row, slope) => {
    const residual = (problem.target[row] as number) - (scores[0] as number)
    const share = Math.min(Math.max((residual + BEND) / (2 * BEND), 0), 1)
    slope[0] = 1 - share - quantile
    if (share > 0 && share < 1) {
      return (quantile - 0.5) * residual + (residual * residual + BEND * BEND) / (4 * BEND)
    }
    return Math.max(quantile * residual, (quantile - 1) * residual)
  })
}

type RowLoss = (scores: Float64Array, row: number, slope: Float64Array) => number

function minimize(
  { features, width, target, weights }: LinearProblem,
  outputs: number,
  ridge: number,
  lossOf: RowLoss,
): LinearModel {
  const rows = target.length
  const size = (width + 1) * outputs
  const intercepts = width * outputs
  const scores = new Float64Array(outputs)
  const slope = new Float64Array(outputs)
  const all = weights === null ? rows : weights.reduce((sum, weight) => sum + weight, 0)
  const { x } = minimizeLbfgs(
    (at, gradient) => {
      gradient.fill(0)
      let value = 0
      for (let row = 0; row < rows; row++) {
        const offset = row * width
        for (let k = 0; k < outputs; k++) scores[k] = at[intercepts + k] as number
        for (let feature = 0; feature < width; feature++) {
          const featureValue = features[offset + feature] as number
          if (featureValue === 0) continue
          const start = feature * outputs
          for (let k = 0; k < outputs; k++) {
            scores[k] = (scores[k] as number) + featureValue * (at[start + k] as number)
          }
        }
        const weight = (weights?.[row] ?? 1) / all
        value += weight * lossOf(scores, row, slope)
        for (let k = 0; k < outputs; k++) slope[k] = weight * (slope[k] as number)
        for (let feature = 0; feature < width; feature++) {
          const featureValue = features[offset + feature] as number
          if (featureValue === 0) continue
          const start = feature * outputs
          for (let k = 0; k < outputs; k++) {
            gradient[start + k] =
              (gradient[start + k] as number) + featureValue * (slope[k] as number)
          }
        }
        for (let k = 0; k < outputs; k++) {
          gradient[intercepts + k] = (gradient[intercepts + k] as number) + (slope[k] as number)
        }
      }
      for (let index = 0; index < intercepts; index++) {
        const coefficient = at[index] as number
        value += ((ridge / all) * coefficient * coefficient) / 2
        gradient[index] = (gradient[index] as number) + (ridge / all) * coefficient
      }
      return value
    },
    new Float64Array(size),
    {
      lower: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
      upper: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
      gradientTolerance: 1e-6,
    },
  )
  return { slopes: x.slice(0, intercepts), intercepts: x.slice(intercepts) }
}
