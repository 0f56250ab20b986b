import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './wasm-backend.ts'

/** A call as TensorFlow.js hands it to a kernel. */
interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs
  readonly backend: WasmBackend
  readonly attrs: Attributes
}

/** One of our kernels for the wasm backend, registered instead of or beside the stock ones. */
export interface OwnKernel {
  readonly name: string
  /** @param stock the kernel that it replaces, undefined if there is none */
  create(stock: KernelFunc | undefined): KernelFunc
}

/**
 * Gives a typed kernel function the loose type of the registry. Inputs and attributes are those that
 * the op of this name passes; the registry itself cannot express that.
 */
export function ownKernel<Inputs, Attributes = object>(
  name: string,
  run: (call: KernelCall<Inputs, Attributes>, stock: KernelFunc) => TensorInfo | TensorInfo[],
): OwnKernel {
  return {
    name,
    create:
      (stock = noStock) =>
      call =>
        run(call as unknown as KernelCall<Inputs, Attributes>, stock),
  }
}

function noStock(): never {
  throw new Error('the stock kernel is gone')
}

/** Runs another kernel function, or the registered one of that name, on raw tensors. */
export function callKernel(
  kernel: KernelFunc | string,
  backend: WasmBackend,
  inputs: object,
  attrs: object = {},
): TensorInfo {
  const run = typeof kernel === 'string' ? tf.getKernel(kernel, 'wasm').kernelFunc : kernel
  return run({ inputs, backend, attrs } as unknown as Parameters<KernelFunc>[0]) as TensorInfo
}
