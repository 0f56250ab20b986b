import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { segmentSum } from '../../kernels/segment-sum.ts'
import { ownKernel } from '../own-kernel.ts'
import { floatView, integerView } from '../wasm-backend.ts'

/** Gradient of a gather (embedding); the stock backend has no such kernel. */
export const unsortedSegmentSumKernel = ownKernel<
  { x: TensorInfo; segmentIds: TensorInfo },
  { numSegments: number }
>('UnsortedSegmentSum', ({ inputs: { x, segmentIds }, backend, attrs }) => {
  if (x.dtype !== 'float32') throw new Error('UnsortedSegmentSum: only float32 on wasm')
  const rowShape = x.shape.slice(segmentIds.shape.length)
  const out = backend.makeOutput([attrs.numSegments, ...rowShape], 'float32')
  const rowSize = tf.util.sizeFromShape(rowShape)
  const ids = integerView(backend, segmentIds)
  segmentSum(floatView(backend, x), ids, rowSize, floatView(backend, out))
  return out
})
