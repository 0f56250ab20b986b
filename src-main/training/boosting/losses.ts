import type { BoosterData, BoosterObjective } from './booster.ts'
import type { Gradients, GrownTree } from './grow-tree.ts'

/** A loss as boosting needs it; formulas are LightGBM's (`src/objective`, 4.x). */
export interface BoosterLoss {
  /** Scores before the first tree, one per score of a row. */
  readonly start: Float64Array
  /**
   * Writes first and second derivatives by the raw scores.
   * @param scores rows × scores
   */
  derive(scores: Float64Array, into: readonly Gradients[]): void
  /** Puts better values into the leaves than one step of Newton's method; absent where that is the best. */
  renew?(grown: GrownTree, scores: Float64Array): void
}

const TINY = 1e-15

export function createLoss(
  objective: BoosterObjective,
  { target, weights }: BoosterData,
): BoosterLoss {
  switch (objective.kind) {
    case 'squaredError':
      return squaredError(target, weights)
    case 'absoluteError':
      return tilted(target, weights, 0.5, 1)
    case 'quantile':
      return tilted(target, weights, objective.quantile, 0.5)
    case 'logistic':
      return logistic(target, weights)
    case 'softmax':
      return softmax(target, weights, objective.classes)
  }
}

function squaredError(target: Float64Array, weights: Float64Array | null): BoosterLoss {
  return {
    start: Float64Array.of(weightedMean(target, weights)),
    derive(scores, [into]) {
      const { first, second } = into as Gradients
      for (let row = 0; row < target.length; row++) {
        const weight = weights === null ? 1 : (weights[row] as number)
        first[row] = ((scores[row] as number) - (target[row] as number)) * weight
        second[row] = weight
      }
    },
  }
}

/**
 * Quantile loss; half of it twice is the absolute error. Leaves hold the quantile of what is left.
 * @param scale 1: slopes ±1 as of the absolute error; 0.5: 1 − q and −q
 */
function tilted(
  target: Float64Array,
  weights: Float64Array | null,
  quantile: number,
  scale: 0.5 | 1,
): BoosterLoss {
  const above = scale === 1 ? 1 : 1 - quantile
  const below = scale === 1 ? -1 : -quantile
  const all = Int32Array.from(target.keys())
  return {
    start: Float64Array.of(quantileOf(target, weights, all, quantile)),
    derive(scores, [into]) {
      const { first, second } = into as Gradients
      for (let row = 0; row < target.length; row++) {
        const weight = weights === null ? 1 : (weights[row] as number)
        const residual = (scores[row] as number) - (target[row] as number)
        const isOver = scale === 1 ? residual > 0 : residual >= 0
        first[row] = (residual === 0 && scale === 1 ? 0 : isOver ? above : below) * weight
        second[row] = weight
      }
    },
    renew({ tree, leafRows }, scores) {
      for (const [leaf, rows] of leafRows.entries()) {
        const residuals = Float64Array.from(
          rows,
          row => (target[row] as number) - (scores[row] as number),
        )
        const leafWeights =
          weights === null ? null : Float64Array.from(rows, row => weights[row] as number)
        tree.values[leaf] = quantileOf(
          residuals,
          leafWeights,
          Int32Array.from(residuals.keys()),
          quantile,
        )
      }
    },
  }
}

/** Between the two values around it, as NumPy's; with weights, the first value whose weight reaches the share. */
function quantileOf(
  values: Float64Array,
  weights: Float64Array | null,
  rows: Int32Array,
  quantile: number,
): number {
  if (weights === null) {
    const sorted = values.toSorted()
    const position = (sorted.length - 1) * quantile
    const lower = sorted[Math.floor(position)] as number
    const upper = sorted[Math.ceil(position)] as number
    return lower + (upper - lower) * (position - Math.floor(position))
  }
  const order = rows.toSorted((a, b) => (values[a] as number) - (values[b] as number))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  for (const row of order) {
    sum += weights[row] as number
    if (sum >= total * quantile) return values[row] as number
  }
  return values[order.at(-1) as number] as number
}

function logistic(target: Float64Array, weights: Float64Array | null): BoosterLoss {
  const share = Math.min(Math.max(weightedMean(target, weights), TINY), 1 - TINY)
  return {
    start: Float64Array.of(Math.log(share / (1 - share))),
    derive(scores, [into]) {
      const { first, second } = into as Gradients
      for (let row = 0; row < target.length; row++) {
        const weight = weights === null ? 1 : (weights[row] as number)
        const sign = target[row] === 1 ? 1 : -1
        const response = -sign / (1 + Math.exp(sign * (scores[row] as number)))
        const size = Math.abs(response)
        first[row] = response * weight
        second[row] = size * (1 - size) * weight
      }
    },
  }
}

function softmax(target: Float64Array, weights: Float64Array | null, classes: number): BoosterLoss {
  const factor = classes / (classes - 1)
  const powers = new Float64Array(classes)
  const shares = Float64Array.from({ length: classes }, (_, index) =>
    weightedMean(
      target.map(value => (value === index ? 1 : 0)),
      weights,
    ),
  )
  return {
    start: shares.map(share => Math.log(Math.max(TINY, share))),
    derive(scores, into) {
      for (let row = 0; row < target.length; row++) {
        const start = row * classes
        const weight = weights === null ? 1 : (weights[row] as number)
        let largest = Number.NEGATIVE_INFINITY
        for (let index = 0; index < classes; index++) {
          largest = Math.max(largest, scores[start + index] as number)
        }
        let sum = 0
        for (let index = 0; index < classes; index++) {
          const power = Math.exp((scores[start + index] as number) - largest)
          powers[index] = power
          sum += power
        }
        for (let index = 0; index < classes; index++) {
          const probability = (powers[index] as number) / sum
          const { first, second } = into[index] as Gradients
          first[row] = (target[row] === index ? probability - 1 : probability) * weight
          second[row] = factor * probability * (1 - probability) * weight
        }
      }
    },
  }
}

function weightedMean(values: Float64Array, weights: Float64Array | null): number {
  let [sum, total] = [0, 0]
  for (let row = 0; row < values.length; row++) {
    const weight = weights === null ? 1 : (weights[row] as number)
    sum += (values[row] as number) * weight
    total += weight
  }
  return sum / total
}
