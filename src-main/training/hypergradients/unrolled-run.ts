import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { ByField } from './hyper-values.ts'
import type { InnerBatch, InnerProblem } from './inner-problem.ts'

/**
 * A training run as tensors: `steps` steps of gradient descent with momentum,
 *
 *   v' = μ v − α_{t,layer} (∇loss(w) + λ w),   w' = w + v',
 *
 * that reverse and forward mode differentiate by all of its hyperparameters.
 */
export interface UnrolledRun extends HyperVector {
  readonly problem: InnerProblem
  readonly steps: number
  /** Of step t, 0 ≤ t < steps. */
  readonly batch: (step: number) => InnerBatch
}

/** Weights and velocities between two steps, one tensor per variable each. */
export interface TrainingState {
  readonly weights: readonly Tensor[]
  readonly velocities: readonly Tensor[]
}

/** A vector as long as each of the hyperparameters: their gradient, or a direction. */
export type HyperVector = ByField<Tensor>

export function initialState(weights: readonly Tensor[]): TrainingState {
  return { weights, velocities: weights.map(weight => tf.zerosLike(weight)) }
}

/** One step; whatever it needs on the way is freed. */
export function takeStep(run: UnrolledRun, state: TrainingState, step: number): TrainingState {
  return tidyState(() => {
    const { problem } = run
    const gradient = problem.lossGradient(state.weights, run.batch(step), run.head)
    const velocities = gradient.map((g, at) =>
      nextVelocity(run, state, step, at, decayed(run, state.weights, g, at)),
    )
    return {
      weights: state.weights.map((w, at) => tf.add(w, velocities[at] as Tensor)),
      velocities,
    }
  })
}

/** The state after all steps; memory does not depend on their number. */
export function train(run: UnrolledRun, start: TrainingState): TrainingState {
  let state = start
  for (let step = 0; step < run.steps; step++) {
    const next = takeStep(run, state, step)
    if (state !== start) disposeState(state)
    state = next
  }
  return state
}

/** α of a step for a variable, [1]. */
export function rateOf({ problem, rates }: UnrolledRun, step: number, variable: number): Tensor {
  return tf.slice(rates, [step * problem.groups + (problem.rateGroups[variable] as number)], [1])
}

/** ∇loss + λ w */
export function decayed(
  { problem, decay }: UnrolledRun,
  weights: readonly Tensor[],
  gradient: Tensor,
  variable: number,
): Tensor {
  const lambda = problem.decayOf(decay, variable)
  return lambda === null ? gradient : tf.add(gradient, tf.mul(lambda, weights[variable] as Tensor))
}

export function nextVelocity(
  run: UnrolledRun,
  { velocities }: TrainingState,
  step: number,
  variable: number,
  gradient: Tensor,
): Tensor {
  const decayedVelocity = tf.mul(run.momentum, velocities[variable] as Tensor)
  return tf.sub(decayedVelocity, tf.mul(rateOf(run, step, variable), gradient))
}

/** Σ a·b as [1]. */
export function inner(a: Tensor, b: Tensor): Tensor {
  return tf.reshape(tf.sum(tf.mul(a, b)), [1])
}

export function sumOf(tensors: readonly Tensor[]): Tensor {
  const [first, ...others] = tensors
  return others.reduce((sum, tensor) => tf.add(sum, tensor), first as Tensor)
}

function tidyState(make: () => TrainingState): TrainingState {
  // `tidy` keeps what is in nested objects and lists as well, which its type does not say.
  return tf.tidy(() => make() as never)
}

export function disposeState({ weights, velocities }: TrainingState): void {
  for (const tensor of [...weights, ...velocities]) tensor.dispose()
}
