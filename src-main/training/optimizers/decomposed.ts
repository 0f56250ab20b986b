import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { OptimizerName } from '../models/network-definition.ts'
import {
  adagradEpsilon,
  adamBeta1,
  adamBeta2,
  adamEpsilon,
  lionBeta1,
  lionBeta2,
  rmspropDecay,
  rmspropEpsilon,
} from './constants.ts'
import {
  scalarPlaces,
  type OptimizerFeeds,
  type ScalarName,
  type UpdateVariable,
} from './optimizer.ts'

/** The update rules in single tensor operations: for every engine without a kernel of ours. */
export function prepareDecomposed(name: OptimizerName, feeds: OptimizerFeeds): UpdateVariable {
  const scalar = (place: ScalarName) => tf.slice(feeds.scalars, [scalarPlaces[place]], [1])
  const learningRate = scalar('learningRate')
  const l2 = scalar('l2')
  const direction = createDirection[name](feeds, scalar)
  const decays = name === 'adamw' || name === 'lion'
  const shrinkage = decays ? tf.mul(learningRate, scalar('weightDecay')) : null
  return (parameter, gradient, slots, regularized) => {
    const regular = regularized && feeds.addsL2 ? tf.add(gradient, tf.mul(parameter, l2)) : gradient
    const { change, rate = learningRate, slots: next } = direction(regular, slots)
    const moved = tf.sub(parameter, tf.mul(change, rate))
    const shrinks = regularized && shrinkage !== null
    return {
      parameter: shrinks ? tf.sub(moved, tf.mul(parameter, shrinkage)) : moved,
      slots: next,
    }
  }
}

/** What is subtracted from a variable, over a rate, by default the learning rate. */
type Direction = (
  gradient: Tensor,
  slots: readonly Tensor[],
) => { readonly change: Tensor; readonly rate?: Tensor; readonly slots: readonly Tensor[] }

type CreateDirection = (feeds: OptimizerFeeds, scalar: (name: ScalarName) => Tensor) => Direction

const createDirection: Readonly<Record<OptimizerName, CreateDirection>> = {
  sgd: () => gradient => ({ change: gradient, slots: [] }),
  momentum: (_, scalar) => {
    const momentum = scalar('momentum')
    return (gradient, [velocity]) => {
      const next = tf.add(tf.mul(velocity as Tensor, momentum), gradient)
      return { change: next, slots: [next] }
    }
  },
  nesterov: (_, scalar) => {
    const momentum = scalar('momentum')
    return (gradient, [velocity]) => {
      const next = tf.add(tf.mul(velocity as Tensor, momentum), gradient)
      return { change: tf.add(gradient, tf.mul(next, momentum)), slots: [next] }
    }
  },
  rmsprop:
    () =>
    (gradient, [meanSquare]) => {
      const next = blend(meanSquare as Tensor, tf.square(gradient), rmspropDecay)
      return { change: tf.div(gradient, tf.add(tf.sqrt(next), rmspropEpsilon)), slots: [next] }
    },
  adagrad:
    () =>
    (gradient, [squareSum]) => {
      const next = tf.add(squareSum as Tensor, tf.square(gradient))
      return { change: tf.div(gradient, tf.add(tf.sqrt(next), adagradEpsilon)), slots: [next] }
    },
  adam: createAdam,
  adamw: createAdam,
  lion:
    () =>
    (gradient, [first]) => ({
      change: tf.sign(blend(first as Tensor, gradient, lionBeta1)),
      slots: [blend(first as Tensor, gradient, lionBeta2)],
    }),
}

function createAdam({ step }: OptimizerFeeds, scalar: (name: ScalarName) => Tensor): Direction {
  const time = tf.reshape(tf.add(tf.cast(step, 'float32'), 1), [1])
  // η·(m/c₁) / (√(v/c₂) + ε) = (η·√c₂/c₁) · m/(√v + ε·√c₂): three passes over the variable fewer.
  const rootCorrection2 = tf.sqrt(correction(adamBeta2, time))
  const correctedRate = tf.div(rootCorrection2, correction(adamBeta1, time))
  const rate = tf.mul(scalar('learningRate'), correctedRate)
  const epsilon = tf.mul(rootCorrection2, adamEpsilon)
  return (gradient, [first, second]) => {
    const m = blend(first as Tensor, gradient, adamBeta1)
    const v = blend(second as Tensor, tf.square(gradient), adamBeta2)
    return { change: tf.div(m, tf.add(tf.sqrt(v), epsilon)), rate, slots: [m, v] }
  }
}

function blend(old: Tensor, now: Tensor, keep: number): Tensor {
  return tf.add(tf.mul(old, keep), tf.mul(now, 1 - keep))
}

/** 1 − βᵗ as −expm1(t·ln β): without the cancellation that float32 would suffer at small t. */
function correction(beta: number, time: Tensor): Tensor {
  return tf.neg(tf.expm1(tf.mul(time, Math.log(beta))))
}
