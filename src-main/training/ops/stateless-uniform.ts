import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { philox4x32 } from '../../math/random/stream.ts'

/** Kernel name; the same as TensorFlow's op, whose bits we reproduce. */
export const statelessUniformKernel = 'StatelessRandomUniform'

/**
 * Uniform float32 values in [0, 1) that depend on the seed alone, with the same bits on every
 * engine.
 * @param shape of the result
 * @param seed int32 [2], any values; a feed or state of the compiled function, so that draws change from step to step
 */
export function statelessUniform(shape: readonly number[], seed: Tensor): Tensor {
  return tf.engine().runKernel(statelessUniformKernel, { seed }, { shape: [...shape] })
}

/** Philox key with which TensorFlow scrambles the two seeds (`stateless_random_ops.cc`). */
const SCRAMBLE_KEY_0 = 0x3ec8f720
const SCRAMBLE_KEY_1 = 0x02461e29

/**
 * Fills `values` with the stream of (seed0, seed1), both int32. Block i of four words comes from
 * counter [i, 0, m2, m3] and key [m0, m1], m being the scrambled seeds; the low 23 bits of a word are
 * the mantissa of a number in [1, 2), minus 1.
 */
export function fillStatelessUniform(seed0: number, seed1: number, values: Float32Array): void {
  const mix = new Uint32Array(4)
  philox4x32(seed0, seed0 >> 31, seed1, seed1 >> 31, SCRAMBLE_KEY_0, SCRAMBLE_KEY_1, mix)
  const [key0, key1, counter2, counter3] = mix as unknown as [number, number, number, number]
  const block = new Uint32Array(4)
  for (let start = 0, index = 0; start < values.length; start += 4, index++) {
    philox4x32(index, 0, counter2, counter3, key0, key1, block)
    const end = Math.min(4, values.length - start)
    for (let offset = 0; offset < end; offset++) {
      values[start + offset] = ((block[offset] as number) & 0x7fffff) / 0x800000
    }
  }
}
