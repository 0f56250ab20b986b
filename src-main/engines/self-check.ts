import * as tf from '@tensorflow/tfjs-core'
import { messageOf } from '../core/errors/errors.ts'
import type { Tensor } from '@tensorflow/tfjs-core'
import { runKernel } from '../training/ops/run-kernel.ts'
import type { Engine } from '../training/compiled/compiled-function.ts'

interface QuickCase {
  readonly name: string
  readonly fn: () => Tensor
  readonly expected: readonly number[]
}

/**
 * A few operations with known answers, among them those that a backend is known to get wrong. Takes
 * some milliseconds, so it runs at every start; the whole conformance suite runs in the tests and
 * in `doctor`.
 * @returns names of the cases that failed, and what came out; empty if the engine may be used
 */
export async function checkQuickly(engine: Engine): Promise<string[]> {
  const failures: string[] = []
  const state = engine.createState([])
  for (const { name, fn, expected } of quickCases) {
    try {
      const compiled = engine.compile(`self-check/${name}`, () => outputs(fn()), [], state)
      const [values] = await compiled.run([])
      const close =
        values !== undefined &&
        values.length === expected.length &&
        values.every((value, index) => Math.abs(value - (expected[index] as number)) <= 1e-5)
      if (!close) failures.push(`${name}: ${String(values)}`)
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`)
    }
  }
  state.dispose()
  return failures
}

function outputs(tensor: Tensor) {
  return { state: [], outputs: [tensor] }
}

const quickCases: readonly QuickCase[] = [
  {
    name: 'matrixProduct',
    fn: () =>
      tf.matMul(
        tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]),
        tf.tensor2d([1, 0, 2, 1, 1, 3], [2, 3]),
        true,
        true,
      ),
    // [[1,3,5],[2,4,6]] · [[1,1],[0,1],[2,3]]
    expected: [11, 19, 14, 24],
  },
  {
    name: 'maxPoolGradient',
    fn: () => {
      const input = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1])
      const geometry = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
      const output = runKernel('MaxPool', { x: input }, geometry)
      return runKernel('MaxPoolGrad', { dy: tf.ones([1, 1, 1, 1]), input, output }, geometry)
    },
    expected: [0, 0, 0, 1],
  },
  {
    name: 'filterGradient',
    fn: () => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
      return runKernel(
        'Conv2DBackpropFilter',
        { x, dy: tf.ones([1, 2, 2, 1]) },
        { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', filterShape: [2, 2, 1, 1] },
      )
    },
    expected: [12, 16, 24, 28],
  },
  {
    name: 'leadingSum',
    fn: () => tf.sum(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), 0),
    expected: [9, 12],
  },
]
