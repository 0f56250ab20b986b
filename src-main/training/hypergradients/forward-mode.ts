import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import {
  decayed,
  disposeState,
  type HyperVector,
  initialState,
  nextVelocity,
  rateOf,
  type TrainingState,
  type UnrolledRun,
} from './unrolled-run.ts'

/**
 * Forward mode: the weights' derivatives in some directions of the hyperparameters are carried along. Memory does not
 * depend on the number of steps; each direction costs one Hessian-vector product per step.
 * L. Franceschi et al., arXiv:1703.01785, section 3.2.
 * @returns the last state and, for each direction, the derivative of its weights
 */
export function forwardTangents(
  run: UnrolledRun,
  start: TrainingState,
  directions: readonly HyperVector[],
): { readonly state: TrainingState; readonly tangents: readonly (readonly Tensor[])[] } {
  const still = initialState(start.weights.map(weight => tf.zerosLike(weight)))
  let state = start
  let moving: readonly TrainingState[] = directions.map(() => still)
  for (let step = 0; step < run.steps; step++) {
    const [before, movingBefore] = [state, moving]
    const next = tf.tidy(
      () => carry(run, before, movingBefore, directions, step) as never,
    ) as Carried
    if (state !== start) disposeState(state)
    if (step > 0) for (const stateTangents of moving) disposeState(stateTangents)
    state = next.state
    moving = next.moving
  }
  disposeState(still)
  return { state, tangents: moving.map(({ weights }) => weights) }
}

interface Carried {
  readonly state: TrainingState
  readonly moving: readonly TrainingState[]
}

function carry(
  run: UnrolledRun,
  state: TrainingState,
  moving: readonly TrainingState[],
  directions: readonly HyperVector[],
  step: number,
): Carried {
  const { problem } = run
  const batch = run.batch(step)
  const { weights } = state
  const gradient = problem.lossGradient(weights, batch, run.head)
  const whole = gradient.map((g, at) => decayed(run, weights, g, at))
  const velocities = whole.map((g, at) => nextVelocity(run, state, step, at, g))
  const nextMoving = moving.map((stateTangents, index) => {
    const direction = directions[index] as HyperVector
    const { tangent } = problem.lossGradientTangent(weights, batch, run.head, {
      weights: stateTangents.weights,
      head: direction.head,
    })
    const inDirection = { ...run, ...direction }
    const tangents = weights.map((w, at) => {
      const dw = stateTangents.weights[at] as Tensor
      // Ġ = H ẇ + ∂G/∂h ḣ + λ ẇ + λ̇ w
      let bend = tangent[at] ?? tf.zerosLike(w)
      const lambda = problem.decayOf(run.decay, at)
      const change = problem.decayOf(direction.decay, at)
      if (lambda !== null) bend = tf.add(bend, tf.mul(lambda, dw))
      if (change !== null) bend = tf.add(bend, tf.mul(change, w))
      // v̇' = μ̇ v + μ v̇ − α̇ G − α Ġ
      const decayedVelocityTangent = tf.add(
        tf.mul(direction.momentum, state.velocities[at] as Tensor),
        tf.mul(run.momentum, stateTangents.velocities[at] as Tensor),
      )
      const moved = tf.add(
        tf.mul(rateOf(inDirection, step, at), whole[at] as Tensor),
        tf.mul(rateOf(run, step, at), bend),
      )
      return tf.sub(decayedVelocityTangent, moved)
    })
    return {
      weights: stateTangents.weights.map((dw, at) => tf.add(dw, tangents[at] as Tensor)),
      velocities: tangents,
    }
  })
  return {
    state: { weights: weights.map((w, at) => tf.add(w, velocities[at] as Tensor)), velocities },
    moving: nextMoving,
  }
}
