import type { Tensor } from '@tensorflow/tfjs-core'
import type { OptimizerName } from '../models/network-definition.ts'

/**
 * Places of the numbers that a step is fed with, in one float32 vector: they may change from step to step, so
 * none of them may be a constant of a compiled function.
 */
export const scalarIndices = {
  learningRate: 0,
  momentum: 1,
  l2: 2,
  weightDecay: 3,
  clipNorm: 4,
} as const

export type ScalarName = keyof typeof scalarIndices

export const SCALAR_COUNT = Object.keys(scalarIndices).length

/** Feeds of an optimizer step; nothing of them is a constant of the compiled function. */
export interface OptimizerFeeds {
  /** float32 [scalarCount], in the order of `scalarPlaces`. */
  readonly scalars: Tensor
  /** int32 scalar; counts from 0 over the whole training. */
  readonly step: Tensor
  /** False where l2 is 0 in every step: then nothing is computed for it. */
  readonly addsL2: boolean
}

interface VariableUpdate {
  readonly parameter: Tensor
  /** In the order of the optimizer's `slots`. */
  readonly slots: readonly Tensor[]
}

/**
 * Updates one variable. With `regularized`, the gradient first grows by l2 · parameter (the derivative
 * of ½·l2·‖W‖²), and rules that know decoupled weight decay apply it.
 */
export type UpdateVariable = (
  parameter: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
  regularized: boolean,
) => VariableUpdate

/** An optimizer as pure functions of tensors. */
export interface Optimizer {
  readonly name: OptimizerName
  /** Names of the tensors that it keeps per variable, all of the variable's shape, first zero. */
  readonly slots: readonly string[]
  /** The update rule of one step; what all variables share is computed once here. */
  prepare(feeds: OptimizerFeeds): UpdateVariable
}
