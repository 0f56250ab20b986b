import type { Loss } from '../models/network-definition.ts'
import type { EvaluationSet } from './train-network.ts'

/** Mean loss of raw outputs over the rows of a split. */
export function lossOf({ source }: EvaluationSet, loss: Loss, outputs: Float32Array): number {
  const inputs = new Float32Array(source.inputSize)
  const targets = new Float32Array(source.targetSize)
  const own = new Float64Array(source.targetSize)
  let sum = 0
  for (let row = 0; row < source.rows; row++) {
    source.fill(null, row, 1, inputs, targets)
    for (let at = 0; at < own.length; at++) own[at] = outputs[row * own.length + at] as number
    if (loss === 'crossEntropy') toLogShares(own)
    sum += rowLoss(loss, own, targets)
  }
  return sum / source.rows
}

/** Logarithms of probabilities in place of logits. */
function toLogShares(logits: Float64Array): void {
  const largest = logits.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - largest)
  const all = largest + Math.log(sum)
  for (const [at, logit] of logits.entries()) logits[at] = logit - all
}

/** Of raw outputs of one row. */
export function rowLoss(
  loss: Loss,
  outputs: Float32Array | Float64Array,
  targets: Float32Array | Float64Array,
): number {
  let sum = 0
  for (const [at, target] of targets.entries()) {
    const rest = target - (outputs[at] as number)
    if (loss === 'crossEntropy') sum -= target * (outputs[at] as number)
    else if (loss === 'squaredError') sum += rest ** 2 / targets.length
    else sum += Math.max(loss.quantile * rest, (loss.quantile - 1) * rest) / targets.length
  }
  return sum
}
