import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { averagePoolGradient, type PoolAttributes } from '../../kernels/average-pool-gradient.ts'
import { asKernelFunc, type OwnKernel } from '../own-kernel.ts'
import { floatView } from '../wasm-backend.ts'

/** Gradient of average-pooling; the stock one is wrong at padded edges. */
export const averagePoolGradKernel: OwnKernel = {
  name: 'AvgPoolGrad',
  create: () =>
    asKernelFunc<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
      ({ inputs: { dy, input }, backend, attrs }) => {
        const { filterSize, strides, pad, dimRoundingMode } = attrs
        const shape = input.shape as [number, number, number, number]
        const pool = tf.backend_util.computePool2DInfo(
          shape,
          filterSize,
          strides,
          1,
          pad,
          dimRoundingMode,
        )
        const dx = backend.makeOutput(shape, 'float32')
        averagePoolGradient(pool, floatView(backend, dy), floatView(backend, dx))
        return dx
      },
    ),
}
