import type { Tensor } from '@tensorflow/tfjs-core'
import type { RandomStream } from '../../math/random/random-stream.ts'

/** `weight` is what L2 shrinks: matrices and filters. The `moving…` roles are not trained. */
export type VariableRole = 'weight' | 'bias' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'

export interface LayerVariable {
  readonly name: string
  readonly role: VariableRole
  readonly shape: readonly number[]
  /** First values, row-major. */
  initialize(random: RandomStream): Float32Array
}

/** Feeds of a dropout layer in a training step; both change from step to step. */
export interface DropoutFeeds {
  /** Scalar, 1 − rate. */
  readonly keep: Tensor
  /** int32 [2]. */
  readonly seed: Tensor
}

/** How a step's forward pass went and how to go back. */
export interface LayerTraining {
  readonly outputs: Tensor
  /** Moving statistics after this step, in the order of the layer's untrained variables; absent: there are none. */
  readonly statistics?: readonly Tensor[]
  /**
   * Chain rule through the layer.
   * @param gradient of the loss with respect to `outputs`
   * @param wantInputs false for the first layer: its input gradient is never used
   */
  backward(gradient: Tensor, wantInputs: boolean): LayerGradients
}

interface LayerGradients {
  /** Null if not wanted. */
  readonly inputs: Tensor | null
  /** In the order of the layer's trained variables. */
  readonly variables: readonly Tensor[]
}

/**
 * One layer as pure functions of tensors. `variables` always come in the order of the declaration.
 * Gradients are written out instead of taken from a tape: it is faster, and a hypergradient then needs
 * one level of differentiation less.
 */
export interface Layer {
  readonly kind: string
  /** Without the batch dimension. */
  readonly outputShape: readonly number[]
  readonly variables: readonly LayerVariable[]
  /** How many of the network's dropouts are in it; 0 if absent. */
  readonly dropouts?: number
  /** @param mask [batch, steps], 1 for a token and 0 for padding; absent or null where every step counts */
  infer(inputs: Tensor, variables: readonly Tensor[], mask?: Tensor | null): Tensor
  /** @param dropout as many as {@link dropouts}, in order; null is none */
  train(
    inputs: Tensor,
    variables: readonly Tensor[],
    dropout: readonly DropoutFeeds[] | null,
    mask?: Tensor | null,
  ): LayerTraining
}

export function isTrained(variable: LayerVariable): boolean {
  return variable.role !== 'movingMean' && variable.role !== 'movingVariance'
}
