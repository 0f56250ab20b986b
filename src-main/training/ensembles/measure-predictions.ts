import type { ExportedModel } from '../../core/models/exported-model.ts'
import { SMALLEST_PROBABILITY } from '../../math/numbers.ts'
import { classificationMetrics } from '../metrics/classification.ts'
import { regressionMetrics } from '../metrics/regression.ts'

/** Rows that several models have predicted, with what is true of them. */
export interface PredictedRows {
  readonly outputs: ExportedModel['outputs']
  /** Class of each row, or its number in units of the target. */
  readonly targets: Float64Array
  /** Which quantile the numbers stand for; absent: their mean. */
  readonly quantile?: number
}

/** Ranking tells smaller probabilities apart than a loss does; float32 has nothing smaller above 0 that is normal. */
const SMALLEST_FLOAT = 2 ** -126

/**
 * Logarithms of probabilities are logits of themselves, so every measure reads them as such.
 * @param smallest smaller probabilities count as this
 */
export function logitsOf(probabilities: Float64Array, smallest = SMALLEST_FLOAT): Float32Array {
  return Float32Array.from(probabilities, value => Math.log(Math.max(value, smallest)))
}

/**
 * Every measure of the table in `metric-definitions.ts`, without the name of a split.
 * @param predictions probabilities, rows × classes; or numbers in units of the target
 */
export function measurePredictions(
  rows: PredictedRows,
  predictions: Float64Array,
): Record<string, number> {
  const { outputs, targets, quantile } = rows
  const Loss = lossOfPredictions(rows, predictions)
  return outputs.kind === 'classes'
    ? {
        Loss,
        ...classificationMetrics(
          logitsOf(predictions),
          Int32Array.from(targets),
          outputs.names.length,
        ),
      }
    : { Loss, ...regressionMetrics(predictions, targets, quantile) }
}

/** The mean loss that networks minimize: cross-entropy, or that of the standardized target. */
export function lossOfPredictions(
  { outputs, targets, quantile }: PredictedRows,
  predictions: Float64Array,
): number {
  let all = 0
  if (outputs.kind === 'classes') {
    const width = outputs.names.length
    for (let row = 0; row < targets.length; row++) {
      const probability = predictions[row * width + (targets[row] as number)] as number
      all -= Math.log(Math.max(probability, SMALLEST_PROBABILITY))
    }
    return all / targets.length
  }
  for (let row = 0; row < targets.length; row++) {
    const residual = ((targets[row] as number) - (predictions[row] as number)) / outputs.deviation
    all +=
      quantile === undefined
        ? residual ** 2
        : Math.max(quantile * residual, (quantile - 1) * residual)
  }
  return all / targets.length
}

/** Predictions of members, each times its share. @param shares that sum to 1, one for each member */
export function mixPredictions(
  members: readonly Float64Array[],
  shares: readonly number[],
): Float64Array {
  const mixed = new Float64Array(members[0]?.length ?? 0)
  for (const [index, member] of members.entries()) {
    const share = shares[index] as number
    if (share === 0) continue
    for (let at = 0; at < mixed.length; at++) {
      mixed[at] = (mixed[at] as number) + share * (member[at] as number)
    }
  }
  return mixed
}
