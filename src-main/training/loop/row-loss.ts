import type { Loss } from '../models/network-definition.ts'
import type { EvaluationSet } from './train-network.ts'

const BLOCK_ROWS = 1_024

/** Mean loss of raw outputs over the rows of a split. */
export function lossOf({ source }: EvaluationSet, loss: Loss, outputs: Float32Array): number {
  const { rows, inputSize, targetSize } = source
  const inputs = new Float32Array(BLOCK_ROWS * inputSize)
  const targets = new Float32Array(BLOCK_ROWS * targetSize)
  const rowOutputs = new Float64Array(targetSize)
  let sum = 0
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - start)
    source.fill(null, start, count, inputs, targets)
    for (let row = 0; row < count; row++) {
      for (let at = 0; at < targetSize; at++) {
        rowOutputs[at] = outputs[(start + row) * targetSize + at] as number
      }
      if (loss === 'crossEntropy') toLogShares(rowOutputs)
      sum += rowLoss(loss, rowOutputs, targets.subarray(row * targetSize, (row + 1) * targetSize))
    }
  }
  return sum / rows
}

/** Logarithms of probabilities in place of logits. */
function toLogShares(logits: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY
  for (let at = 0; at < logits.length; at++) largest = Math.max(largest, logits[at] as number)
  let sum = 0
  for (let at = 0; at < logits.length; at++) sum += Math.exp((logits[at] as number) - largest)
  const all = largest + Math.log(sum)
  for (let at = 0; at < logits.length; at++) logits[at] = (logits[at] as number) - all
}

/** Of raw outputs of one row. */
export function rowLoss(
  loss: Loss,
  outputs: Float32Array | Float64Array,
  targets: Float32Array | Float64Array,
): number {
  let sum = 0
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at] as number
    const residual = target - (outputs[at] as number)
    if (loss === 'crossEntropy') sum -= target * (outputs[at] as number)
    else if (loss === 'squaredError') sum += residual ** 2 / targets.length
    else sum += Math.max(loss.quantile * residual, (loss.quantile - 1) * residual) / targets.length
  }
  return sum
}
