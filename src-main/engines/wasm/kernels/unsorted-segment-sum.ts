import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { segmentSum } from '../../kernels/segment-sum.ts'
import { asKernelFunc, type OwnKernel } from '../own-kernel.ts'
import { floatView, integerView } from '../wasm-backend.ts'

interface Inputs {
  readonly x: TensorInfo
  readonly segmentIds: TensorInfo
}

/** Gradient of a gather (embedding); the stock backend has no such kernel. */
export const unsortedSegmentSumKernel: OwnKernel = {
  name: 'UnsortedSegmentSum',
  create: () =>
    asKernelFunc<Inputs, { numSegments: number }>(({ inputs, backend, attrs }) => {
      const { x, segmentIds } = inputs
      if (x.dtype !== 'float32') throw new Error('UnsortedSegmentSum: only float32 on wasm')
      const rowShape = x.shape.slice(segmentIds.shape.length)
      const out = backend.makeOutput([attrs.numSegments, ...rowShape], 'float32')
      segmentSum(
        floatView(backend, x),
        integerView(backend, segmentIds),
        tf.util.sizeFromShape(rowShape),
        floatView(backend, out),
      )
      return out
    }),
}
