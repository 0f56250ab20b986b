import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs-core'

/** One of our kernels for the WebGPU backend, instead of or beside the stock ones. */
export interface OwnKernel {
  readonly name: string
  /** @param stock the kernel that it replaces, undefined if there is none */
  readonly create: (stock: KernelFunc | undefined) => KernelFunc
}

/** Runs the kernel that one of ours replaces. */
export function callStock(
  stock: KernelFunc | undefined,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: object,
): Tensor {
  if (stock === undefined) throw new Error('the stock kernel is gone')
  const call = { inputs, attrs, backend: tf.backend() }
  const result = stock(call as unknown as Parameters<KernelFunc>[0]) as TensorInfo
  return tf.engine().makeTensorFromTensorInfo(result)
}
