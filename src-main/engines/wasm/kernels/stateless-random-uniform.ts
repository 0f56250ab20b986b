import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  fillStatelessUniform,
  statelessUniformKernel,
} from '../../../training/ops/stateless-uniform.ts'
import { floatView, integerView } from '../wasm-backend.ts'
import { ownKernel } from '../own-kernel.ts'

/** Counter-based uniform numbers, written straight into the wasm memory. */
export const statelessRandomUniformKernel = ownKernel<{ seed: TensorInfo }, { shape: number[] }>(
  statelessUniformKernel,
  ({ inputs, backend, attrs }) => {
    const out = backend.makeOutput(attrs.shape, 'float32')
    const seed = integerView(backend, inputs.seed)
    const values = floatView(backend, out)
    fillStatelessUniform(seed[0] as number, seed[1] as number, values)
    return out
  },
)
