import type { ExportedModel } from '../../core/models/exported-model.ts'
import { SMALLEST_PROBABILITY, sum as sumOf } from '../../math/numbers.ts'
import { logitsOf } from '../ensembles/measure-predictions.ts'
import { prefixMetrics } from '../metrics/metric-definitions.ts'
import type { Loss } from '../models/network-definition.ts'
import { softmaxRows } from '../prediction/softmax-rows.ts'
import { lossOf, rowLoss } from './row-loss.ts'
import type { EvaluationSet } from './train-network.ts'

/** A trained model with the splits that it can be measured on. */
export interface StoredModel {
  readonly loss: Loss
  /** In whose scale its numbers are; folds have scales of their own. */
  readonly meaning: ExportedModel['outputs']
  evaluation(part: 'validation' | 'test'): EvaluationSet
  /** Raw outputs for all rows of a split: rows × outputs. */
  outputs(part: 'validation' | 'test', set: EvaluationSet): Promise<Float32Array>
}

/** Metrics of a model on the test split, named `test…`. */
export async function testStored(stored: StoredModel): Promise<Record<string, number>> {
  const test = stored.evaluation('test')
  const outputs = await stored.outputs('test', test)
  const loss = lossOf(test, stored.loss, outputs)
  return prefixMetrics('test', { Loss: loss, ...test.measure(outputs) })
}

const parts = ['validation', 'test'] as const

/**
 * Metrics of models that predict together: the mean of their probabilities, or of their numbers, by their shares; the mean's loss
 * is at most the mean of their losses (Jensen's inequality: every loss is convex in what is averaged). Krogh, Vedelsby: Neural
 * network ensembles, cross validation, and active learning. NIPS 1994, equation 5, for squared error.
 * @param members at least one; each is loaded when it is its turn
 * @param shares one for each member; absent: equal
 * @returns metrics named `test…`, and `validation…` where all have the same validation rows
 */
export async function testEnsemble(
  members: readonly (() => StoredModel)[],
  shares: readonly number[] = members.map(() => 1),
): Promise<Record<string, number>> {
  const total = sumOf(shares)
  const sums: (Float64Array | null)[] = parts.map(() => null)
  let first: StoredModel | null = null
  let measured: readonly (typeof parts)[number][] = parts
  for (const [member, load] of members.entries()) {
    const share = shares[member] as number
    const stored = load()
    first ??= stored
    if (!hasSameRows(first, stored)) measured = ['test']
    for (const [index, part] of parts.entries()) {
      if (!measured.includes(part)) continue
      const set = stored.evaluation(part)
      const outputs = await stored.outputs(part, set)
      const values =
        stored.loss === 'crossEntropy'
          ? softmaxRows(outputs, set.source.targetSize)
          : rescaled(outputs, stored.meaning, first.meaning)
      const sum = (sums[index] ??= new Float64Array(values.length))
      for (const [at, value] of values.entries()) sum[at] = (sum[at] as number) + share * value
    }
  }
  const all = parts.map((part, index) => {
    const sum = sums[index]
    if (first === null || !sum || !measured.includes(part)) return {}
    const set = first.evaluation(part)
    const means = sum.map(value => value / total)
    return prefixMetrics(part, measureMeans(first.loss, set, means))
  })
  return Object.assign({}, ...all) as Record<string, number>
}

/** Members of different folds have learned from each other's validation rows. */
function hasSameRows(first: StoredModel, second: StoredModel): boolean {
  if (first === second) return true
  const [a, b] = [first, second].map(stored => stored.evaluation('validation').truth?.rows)
  if (a === undefined || b === undefined) return true
  return a.length === b.length && a.every((row, at) => row === b[at])
}

/** Standardized numbers by the mean and deviation of another training split. */
function rescaled(
  outputs: Float32Array,
  from: ExportedModel['outputs'],
  to: ExportedModel['outputs'],
): Float32Array | Float64Array {
  if (from.kind === 'classes' || to.kind === 'classes') return outputs
  if (from.mean === to.mean && from.deviation === to.deviation) return outputs
  const inUnits = Float64Array.from(outputs, value => value * from.deviation + from.mean)
  return inUnits.map(value => (value - to.mean) / to.deviation)
}

function measureMeans(loss: Loss, set: EvaluationSet, means: Float64Array): Record<string, number> {
  const { source } = set
  const inputs = new Float32Array(source.inputSize)
  const targets = new Float32Array(source.targetSize)
  const isClasses = loss === 'crossEntropy'
  const outputs = isClasses ? logitsOf(means) : Float32Array.from(means)
  const judged = isClasses ? logitsOf(means, SMALLEST_PROBABILITY) : outputs
  let sum = 0
  for (let row = 0; row < source.rows; row++) {
    source.fill(null, row, 1, inputs, targets)
    const rowMeans = judged.subarray(row * source.targetSize, (row + 1) * source.targetSize)
    sum += rowLoss(loss, rowMeans, targets)
  }
  return { Loss: sum / source.rows, ...set.measure(outputs) }
}
