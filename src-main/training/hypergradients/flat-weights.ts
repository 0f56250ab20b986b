import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** All tensors of a network as one vector, variable after variable. */
export function joinFlat(tensors: readonly Tensor[]): Tensor {
  return tf.concat(tensors.map(tensor => tf.reshape(tensor, [-1])))
}

export function splitFlat(flat: Tensor, shapes: readonly (readonly number[])[]): Tensor[] {
  let offset = 0
  return shapes.map(shape => {
    const size = sizeOf(shape)
    const part = tf.reshape(tf.slice(flat, [offset], [size]), [...shape])
    offset += size
    return part
  })
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
