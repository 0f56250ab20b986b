import * as tf from '@tensorflow/tfjs-core'
import type { DataType, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import { asKernelFunc, type OwnKernel } from '../own-kernel.ts'
import type { WasmBackend } from '../wasm-backend.ts'

/**
 * Kernels that stock wasm lacks or computes wrongly and that are too rare for a kernel of their own:
 * einsum is missing; the 3-D max-pool returns the smallest positive number
 * for windows without a positive value and its gradient loses them; both gradients of the 3-D
 * convolution are wrong.
 */
export const throughCpuKernels: readonly OwnKernel[] = [
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'Einsum',
  'MaxPool3D',
  'MaxPool3DGrad',
].map(throughCpu)

/** Copies the inputs out of the wasm memory, runs the plain JavaScript kernel, copies the result back. */
function throughCpu(name: string): OwnKernel {
  return {
    name,
    create: () =>
      asKernelFunc<Record<string, TensorInfo> | TensorInfo[], object>(
        ({ inputs, backend, attrs }) => {
          const kernel = tf.getKernel(name, 'cpu').kernelFunc
          // A backend of its own per call: whatever the kernel leaves behind goes with it.
          const cpu = new MathBackendCPU()
          const copy = (tensor: TensorInfo) => copyIn(tensor, backend, cpu)
          // Some ops (einsum) pass their inputs as a list.
          const copies = Array.isArray(inputs)
            ? inputs.map(copy)
            : Object.fromEntries(Object.entries(inputs).map(([key, t]) => [key, copy(t)]))
          const call = { inputs: copies, backend: cpu, attrs }
          const out = kernel(call as unknown as Parameters<KernelFunc>[0]) as TensorInfo
          return copyOut(out, cpu, backend)
        },
      ),
  }
}

function copyIn(tensor: TensorInfo, backend: WasmBackend, cpu: MathBackendCPU): TensorInfo {
  const { shape, dtype } = tensor
  const dataId = cpu.write(backend.readSync(tensor.dataId), shape, dtype)
  return { dataId, shape, dtype }
}

function copyOut(tensor: TensorInfo, cpu: MathBackendCPU, backend: WasmBackend): TensorInfo {
  const values = cpu.readSync(tensor.dataId) as Float32Array
  return backend.makeOutput(tensor.shape, tensor.dtype satisfies DataType, null, values)
}
