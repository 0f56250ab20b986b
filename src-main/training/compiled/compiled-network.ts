import type { NamedTensor } from '../objectives/objective-host.ts'
import type { Loss, NetworkDefinition, OptimizerName } from '../models/network-definition.ts'
import type { Engine } from './compiled-function.ts'

/** What a trial compiles: its network, loss and optimizer at fixed batch sizes. */
export interface CompileNetworkRequest {
  readonly engine: Engine
  readonly network: NetworkDefinition
  readonly loss: Loss
  readonly optimizer: OptimizerName
  /** Whether steps clip gradients to the scalar `clipNorm`; false if absent. */
  readonly clipsGradients?: boolean
  /** Whether steps add the scalar `l2`; true if absent. Without it two passes over the weights fewer, and `l2` must be 0. */
  readonly addsL2?: boolean
  /** One per output, of cross-entropy: what a training row of each class counts; absent or null: all count 1. */
  readonly classWeights?: Float32Array | null
  /** Rows of every training step. */
  readonly batchSize: number
  /** Rows of every evaluation and prediction call. */
  readonly evaluationBatchSize: number
  /** Seed of initial weights and dropout, 0…2³²−1. */
  readonly seed: number
}

/** Numbers that may change from step to step; fed, never frozen into a compiled function. */
export interface StepScalars {
  readonly learningRate: number
  /** For `momentum` and `nesterov` (0…1); ignored by the others. */
  readonly momentum: number
  /** Coefficient of ½·l2·‖W‖² over weight matrices and filters, not biases; ≥ 0, only for compiled functions that add it. */
  readonly l2: number
  /** Decoupled weight decay of `adamw` and `lion` on the same variables; ≥ 0, 0 if absent. */
  readonly weightDecay?: number
  /**
   * Largest Euclidean norm of all gradients together, before L2 joins them; > 0, without limit if absent. Only
   * for compiled functions that clip gradients.
   */
  readonly clipNorm?: number
}

/** The three compiled functions of a trial over one shared state. */
export interface CompiledNetwork {
  /** Trainable numbers. */
  readonly parameterCount: number
  /**
   * One optimizer step.
   * @param inputs batchSize × input shape, row-major
   * @param targets one-hot rows, or target values: batchSize × outputs
   * @param stepNumber counts from 0 over the whole training; decides dropout masks and Adam's bias correction
   * @returns mean loss of the batch without the L2 term, before the update
   * @throws AppError `training.invalid`, as the two below, for an input that an embedding has no row for
   */
  step(
    inputs: Float32Array,
    targets: Float32Array,
    scalars: StepScalars,
    stepNumber: number,
  ): Promise<number>
  /**
   * Raw outputs (logits or predictions) without dropout, with moving statistics:
   * evaluationBatchSize × outputs. Short batches are padded by the caller.
   */
  predict(inputs: Float32Array): Promise<Float32Array>
  /** Raw outputs and the loss of every row: `losses` has evaluationBatchSize values. */
  evaluate(
    inputs: Float32Array,
    targets: Float32Array,
  ): Promise<{ readonly outputs: Float32Array; readonly losses: Float32Array }>
  /** Trainable parameters and moving statistics. */
  readWeights(): Promise<NamedTensor[]>
  writeWeights(weights: readonly NamedTensor[]): void
  /** Everything a bit-exact resume needs: weights, optimizer state. */
  readState(): Promise<NamedTensor[]>
  writeState(state: readonly NamedTensor[]): void
  dispose(): void
}

/** Made by `compile-network.ts`. */
export type CompileNetwork = (request: CompileNetworkRequest) => CompiledNetwork
