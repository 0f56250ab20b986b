import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { runKernelMany } from '../run-kernel.ts'

/** A recurrent cell run over a sequence from a hidden state of zeros, and the way back. */
export interface RecurrentPass {
  /** Hidden state after every step: [steps, batch, units]. */
  readonly hidden: Tensor
  /**
   * Chain rule through all steps.
   * @param gradient of the loss with respect to `hidden`, same shape
   * @param wantInputs false where nothing before the sequence learns
   * @param onlyLast true where `gradient` is zero but for the last step, which some engines make use of
   */
  backward(gradient: Tensor, wantInputs: boolean, onlyLast?: boolean): RecurrentGradients
}

export interface RecurrentGradients {
  /** [steps, batch, features]; null if not wanted. */
  readonly inputs: Tensor | null
  /** In the order of the cell's weights. */
  readonly variables: readonly Tensor[]
}

/** Names of the kernels that run a cell over a whole sequence, where an engine has them. */
export interface SequenceKernels {
  /**
   * Inputs `x` [steps, batch, features] and the cell's weights by name; results: the hidden states, then
   * whatever the gradient kernel needs.
   */
  readonly forward: string
  /**
   * Inputs as above, `dy`, and all results of `forward` as `saved0`, `saved1` …; attributes `wantInputs`,
   * `onlyLast`; results: gradients of the weights in their order, then that of `x` if wanted.
   */
  readonly backward: string
}

/** Runs a cell through an engine's sequence kernels. */
export function runSequenceKernels(
  kernels: SequenceKernels,
  x: Tensor,
  weights: Readonly<Record<string, Tensor>>,
): RecurrentPass {
  const saved = runKernelMany(kernels.forward, { x, ...weights })
  const weightCount = Object.keys(weights).length
  return {
    hidden: saved[0] as Tensor,
    backward(gradient, wantInputs, onlyLast = false) {
      const named = Object.fromEntries(saved.map((tensor, index) => [`saved${index}`, tensor]))
      const results = runKernelMany(
        kernels.backward,
        { x, ...weights, dy: gradient, ...named },
        { wantInputs, onlyLast },
      )
      return {
        inputs: wantInputs ? (results[weightCount] as Tensor) : null,
        variables: results.slice(0, weightCount),
      }
    },
  }
}

/** The rows of a weight matrix that meet the inputs, and those that meet the hidden state. */
export function splitWeight(weight: Tensor, features: number): [Tensor, Tensor] {
  const [rows, columns] = weight.shape as [number, number]
  return [
    tf.slice(weight, [0, 0], [features, columns]),
    tf.slice(weight, [features, 0], [rows - features, columns]),
  ]
}

/** [steps, batch, n] as [steps · batch, n]. */
export function flattenSteps(x: Tensor): Tensor {
  const [steps, batch, columns] = x.shape as [number, number, number]
  return tf.reshape(x, [steps * batch, columns])
}
