import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { add, divide, multiply, sign, square, squareRoot, subtract } from '../ops/elementwise.ts'
import type { OptimizerName } from '../models/network-definition.ts'
import {
  ADAGRAD_EPSILON,
  ADAM_BETA1,
  ADAM_BETA2,
  ADAM_EPSILON,
  LION_BETA1,
  LION_BETA2,
  RMSPROP_DECAY,
  RMSPROP_EPSILON,
} from './constants.ts'
import {
  scalarIndices,
  type OptimizerFeeds,
  type ScalarName,
  type UpdateVariable,
} from './optimizer.ts'

/** The update rules in single tensor operations: for every engine without a kernel of ours. */
export function prepareDecomposed(name: OptimizerName, feeds: OptimizerFeeds): UpdateVariable {
  const scalar = (scalarName: ScalarName) =>
    tf.slice(feeds.scalars, [scalarIndices[scalarName]], [1])
  const learningRate = scalar('learningRate')
  const l2 = scalar('l2')
  const direction = createDirection[name](feeds, scalar)
  const decays = name === 'adamw' || name === 'lion'
  const shrinkage = decays ? multiply(learningRate, scalar('weightDecay')) : null
  return (parameter, gradient, slots, regularized) => {
    const regular = regularized && feeds.addsL2 ? add(gradient, multiply(parameter, l2)) : gradient
    const { change, rate = learningRate, slots: next } = direction(regular, slots)
    const moved = subtract(parameter, multiply(change, rate))
    const shrinks = regularized && shrinkage !== null
    return {
      parameter: shrinks ? subtract(moved, multiply(parameter, shrinkage)) : moved,
      slots: next,
    }
  }
}

/** The change that is subtracted from a variable, over a rate, by default the learning rate. */
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
      const next = add(multiply(velocity as Tensor, momentum), gradient)
      return { change: next, slots: [next] }
    }
  },
  nesterov: (_, scalar) => {
    const momentum = scalar('momentum')
    return (gradient, [velocity]) => {
      const next = add(multiply(velocity as Tensor, momentum), gradient)
      return { change: add(gradient, multiply(next, momentum)), slots: [next] }
    }
  },
  rmsprop: () => {
    const blend = createBlend(RMSPROP_DECAY)
    const epsilon = tf.scalar(RMSPROP_EPSILON)
    return (gradient, [meanSquare]) => {
      const next = blend(meanSquare as Tensor, square(gradient))
      return { change: divide(gradient, add(squareRoot(next), epsilon)), slots: [next] }
    }
  },
  adagrad: () => {
    const epsilon = tf.scalar(ADAGRAD_EPSILON)
    return (gradient, [squareSum]) => {
      const next = add(squareSum as Tensor, square(gradient))
      return { change: divide(gradient, add(squareRoot(next), epsilon)), slots: [next] }
    }
  },
  adam: createAdam,
  adamw: createAdam,
  lion: () => {
    const [blendChange, blendSlot] = [createBlend(LION_BETA1), createBlend(LION_BETA2)]
    return (gradient, [first]) => ({
      change: sign(blendChange(first as Tensor, gradient)),
      slots: [blendSlot(first as Tensor, gradient)],
    })
  },
}

function createAdam({ step }: OptimizerFeeds, scalar: (name: ScalarName) => Tensor): Direction {
  const time = tf.reshape(tf.add(tf.cast(step, 'float32'), 1), [1])
  // η·(m/c₁) / (√(v/c₂) + ε) = (η·√c₂/c₁) · m/(√v + ε·√c₂): three passes over the variable fewer.
  const rootCorrection2 = squareRoot(correction(ADAM_BETA2, time))
  const correctedRate = divide(rootCorrection2, correction(ADAM_BETA1, time))
  const rate = multiply(scalar('learningRate'), correctedRate)
  const epsilon = multiply(rootCorrection2, tf.scalar(ADAM_EPSILON))
  const [blendFirst, blendSecond] = [createBlend(ADAM_BETA1), createBlend(ADAM_BETA2)]
  return (gradient, [first, second]) => {
    const m = blendFirst(first as Tensor, gradient)
    const v = blendSecond(second as Tensor, square(gradient))
    return { change: divide(m, add(squareRoot(v), epsilon)), rate, slots: [m, v] }
  }
}

/** keep · old + (1 − keep) · now */
function createBlend(keep: number): (old: Tensor, now: Tensor) => Tensor {
  const [keepScalar, nowScalar] = [tf.scalar(keep), tf.scalar(1 - keep)]
  return (old, now) => add(multiply(old, keepScalar), multiply(now, nowScalar))
}

/** 1 − βᵗ as −expm1(t·ln β): without the cancellation that float32 would suffer at small t. */
function correction(beta: number, time: Tensor): Tensor {
  return tf.neg(tf.expm1(tf.mul(time, Math.log(beta))))
}
