import type { Tensor } from '@tensorflow/tfjs-core'
import { createRandomStream, deriveSeed } from '../../math/random/stream.ts'
import type { RowSource } from '../data/row-source.ts'
import type { Engine, StateEntry, TensorSpecification } from '../compiled/compiled-function.ts'
import type { InnerProblem } from './inner-problem.ts'

/** An inner problem with its rows and the engine that trains it. */
export interface InnerRequest {
  readonly engine: Engine
  readonly problem: InnerProblem
  readonly training: RowSource
  /** Rows whose loss is differentiated. */
  readonly validation: RowSource
  /** Rows that no gradient sees; null for none. */
  readonly holdout: RowSource | null
  /** Initial weights, order of batches, noise. */
  readonly seed: number
}

/** Losses of all splits, and outputs of those that no step sees. */
export interface InnerEvaluation {
  readonly trainLoss: number
  readonly validationLoss: number
  readonly validationOutputs: Float32Array
  /** Null without holdout rows. */
  readonly holdoutLoss: number | null
  readonly holdoutOutputs: Float32Array | null
}

/** Inputs and targets of training and validation rows, then of the holdout ones, if there are any. */
export type SplitTensors = readonly [Tensor, Tensor, Tensor, Tensor, ...Tensor[]]

/** The splits as state tensors, in the order of {@link SplitTensors}. */
export function splitEntries({ problem, ...splits }: InnerRequest): StateEntry[] {
  const { inputShape } = problem.settings.network
  return (['training', 'validation', 'holdout'] as const).flatMap(name => {
    const source = splits[name]
    if (source === null) return []
    const { rows, inputSize, targetSize } = source
    const inputs = new Float32Array(rows * inputSize)
    const targets = new Float32Array(rows * targetSize)
    source.fill(null, 0, rows, inputs, targets)
    return [
      floatEntry(`${name}.inputs`, [rows, ...inputShape], inputs),
      floatEntry(`${name}.targets`, [rows, targetSize], targets),
    ]
  })
}

/** One array per variable of the network. */
export function weightEntries(
  { variables }: InnerProblem,
  values: readonly Float32Array[],
  suffix = '',
): StateEntry[] {
  return variables.map(({ name, shape }, at) =>
    floatEntry(`${name}${suffix}`, shape, values[at] as Float32Array),
  )
}

/** Rows of each split: compiled functions differ by them. */
export function rowCounts({ training, validation, holdout }: InnerRequest): number[] {
  return [training.rows, validation.rows, holdout?.rows ?? 0]
}

export function floatEntry(name: string, shape: readonly number[], data: Float32Array): StateEntry {
  return { name, shape, dtype: 'float32', data }
}

/** A fed vector of float32 numbers. */
export function vector(length: number): TensorSpecification {
  return { shape: [length], dtype: 'float32' }
}

/** @param valid what the validation rows give, where it is known */
export function evaluateSplits(
  problem: InnerProblem,
  weights: readonly Tensor[],
  [inputs, targets, validInputs, validTargets, ...held]: SplitTensors,
  valid: ReturnType<InnerProblem['evaluate']> = problem.evaluate(
    weights,
    validInputs,
    validTargets,
  ),
): Tensor[] {
  const trained = problem.evaluate(weights, inputs, targets)
  const results = [trained.loss, valid.loss, valid.outputs]
  if (held.length === 0) return results
  const { loss, outputs } = problem.evaluate(weights, ...(held as [Tensor, Tensor]))
  return [...results, loss, outputs]
}

/** Reads what {@link evaluateSplits} gave; `remainingOutputs` is what came after it. */
export function readEvaluation(
  { holdout }: InnerRequest,
  [trained, valid, validationOutputs, ...others]: readonly Float32Array[],
): { readonly evaluation: InnerEvaluation; readonly remainingOutputs: readonly Float32Array[] } {
  const [held, holdoutOutputs] = holdout === null ? [] : others
  return {
    evaluation: {
      trainLoss: trained?.[0] as number,
      validationLoss: valid?.[0] as number,
      validationOutputs: validationOutputs as Float32Array,
      holdoutLoss: held?.[0] ?? null,
      holdoutOutputs: holdoutOutputs ?? null,
    },
    remainingOutputs: holdout === null ? others : others.slice(2),
  }
}

/** Row numbers of every step: epochs in orders of their own; rows that fill no batch wait for the next. */
export function drawBatches(
  rows: number,
  batchSize: number,
  steps: number,
  seed: number,
): Int32Array {
  const batches = Math.floor(rows / batchSize)
  const indices = new Int32Array(steps * batchSize)
  let order: number[] = []
  for (let step = 0; step < steps; step++) {
    if (step % batches === 0) {
      const epoch = Math.floor(step / batches) + 1
      const random = createRandomStream({ seed, number: epoch, purpose: 'order of batches' })
      order = random.shuffled(Array.from({ length: rows }, (_, row) => row))
    }
    const start = (step % batches) * batchSize
    indices.set(order.slice(start, start + batchSize), step * batchSize)
  }
  return indices
}

/** Two words per step. */
export function noiseSeeds(steps: number, seed: number): Int32Array {
  const salt = deriveSeed({ seed, number: 0, purpose: 'input noise' }) | 0
  return Int32Array.from({ length: 2 * steps }, (_, at) => (at % 2 === 0 ? salt : at >> 1))
}
