import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './wasm-backend.ts'

/** What TensorFlow.js hands to a kernel. */
export interface KernelCall<Inputs, Attributes> {
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
export function asKernelFunc<Inputs, Attributes>(
  kernel: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelFunc {
  return kernel as unknown as KernelFunc
}

/** Runs another registered kernel function on raw tensors. */
export function callKernel(
  kernel: KernelFunc,
  backend: WasmBackend,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): TensorInfo {
  const call = { inputs, backend, attrs } as unknown as Parameters<KernelFunc>[0]
  return kernel(call) as TensorInfo
}
