import type { TensorInfo } from '@tensorflow/tfjs-core'
import { reluGradKernel as name } from '../../../training/ops/activations.ts'
import { ownKernel } from '../own-kernel.ts'
import { integerView } from '../wasm-backend.ts'

/**
 * gradients where features > 0, else 0, in one pass. On bits and without branches: ((−f) & ~f) >> 31 is
 * −1 exactly for positive f, also for +∞ and not for −0.
 */
export const reluGradKernel = ownKernel<{ gradients: TensorInfo; features: TensorInfo }>(
  name,
  ({ inputs, backend }) => {
    const out = backend.makeOutput(inputs.gradients.shape, 'float32')
    const gradients = integerView(backend, inputs.gradients)
    const features = integerView(backend, inputs.features)
    const result = integerView(backend, out)
    for (let index = 0; index < result.length; index++) {
      const feature = features[index] as number
      result[index] = (gradients[index] as number) & ((-feature & ~feature) >> 31)
    }
    return out
  },
)
