import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, Tensor } from '@tensorflow/tfjs-core'
import { callStock, type OwnKernel } from './own-kernel.ts'

interface Call {
  readonly inputs: { readonly x: Tensor; readonly segmentIds: Tensor }
  readonly attrs: { readonly numSegments: number }
}

/** The stock shader does not compile for ids that are not a flat list. */
export const unsortedSegmentSumKernel: OwnKernel = {
  name: 'UnsortedSegmentSum',
  create: stock =>
    (({ inputs, attrs }: Call) =>
      tf.tidy(() => {
        const segmentIds = tf.reshape(inputs.segmentIds, [-1])
        const rowShape = inputs.x.shape.slice(inputs.segmentIds.rank)
        const x = tf.reshape(inputs.x, [segmentIds.size, ...rowShape])
        return callStock(stock, { x, segmentIds }, attrs)
      })) as unknown as KernelFunc,
}
