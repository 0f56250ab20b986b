import type { TensorInfo } from '@tensorflow/tfjs-core'
import { averagePoolGradient, type PoolAttributes, poolInfo } from '../../kernels/pooling.ts'
import { ownKernel } from '../own-kernel.ts'
import { floatView } from '../wasm-backend.ts'

/** Gradient of average-pooling; the stock one is wrong at padded edges. */
export const averagePoolGradKernel = ownKernel<
  { dy: TensorInfo; input: TensorInfo },
  PoolAttributes
>('AvgPoolGrad', ({ inputs: { dy, input }, backend, attrs }) => {
  const dx = backend.makeOutput(input.shape, 'float32')
  averagePoolGradient(poolInfo(input, attrs), floatView(backend, dy), floatView(backend, dx))
  return dx
})
