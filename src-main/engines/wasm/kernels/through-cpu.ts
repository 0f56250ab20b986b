import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import { ownKernel } from '../own-kernel.ts'

/**
 * Kernels that stock wasm lacks or computes wrongly and that are too rare for a kernel of their own:
 * einsum is missing; the 3-D max-pool returns the smallest positive number
 * for windows without a positive value and its gradient loses them; both gradients of the 3-D
 * convolution are wrong.
 */
export const throughCpuKernels = [
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'Einsum',
  'MaxPool3D',
  'MaxPool3DGrad',
].map(name =>
  // Copies the inputs out of the wasm memory, runs the plain JavaScript kernel, copies the result back.
  ownKernel<Record<string, TensorInfo> | TensorInfo[]>(name, ({ inputs, backend, attrs }) => {
    const kernel = tf.getKernel(name, 'cpu').kernelFunc
    // A backend of its own per call: whatever the kernel leaves behind goes with it.
    const cpu = new MathBackendCPU()
    const copy = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => {
      return { dataId: cpu.write(backend.readSync(dataId), shape, dtype), shape, dtype }
    }
    // Some ops (einsum) pass their inputs as a list.
    const copies = Array.isArray(inputs)
      ? inputs.map(copy)
      : Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, copy(tensor)]))
    const call = { inputs: copies, backend: cpu, attrs }
    const out = kernel(call as unknown as Parameters<KernelFunc>[0]) as TensorInfo
    const values = cpu.readSync(out.dataId) as Float32Array
    return backend.makeOutput(out.shape, out.dtype, null, values)
  }),
)
