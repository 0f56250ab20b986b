import { createRequire } from 'node:module'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import type { DataId, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Attribute } from '../attributes.ts'
import type { KernelBinding } from './kernel-binding.ts'
import type { KernelTensor } from './operation-sink.ts'

/** The parts of `@tensorflow/tfjs-node`'s backend that our kernels and compiled functions use. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: KernelBinding
  /** Numbers of tensors in the binding; uploads data that has not been used yet. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[]
  /** A tensor for a number of the binding. */
  createOutputTensor(tensor: KernelTensor): Tensor
  executeSingleOutput(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorInfo[],
  ): Tensor
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorInfo[],
    outputCount: number,
  ): Tensor[]
  move(...data: unknown[]): void
  readonly tensorMap: { get(dataId: DataId): { readonly values: unknown } }
}

export const backendName = 'tensorflow'

type BackendConstructor = new (binding: KernelBinding, packageName: string) => TensorflowBackend

/**
 * Registers the kernels and the backend of `@tensorflow/tfjs-node-gpu` over our binding and makes it the
 * current backend. Once per process.
 */
export function startKernelBackend(binding: KernelBinding): TensorflowBackend {
  restoreRemovedUtilities()
  const load = createRequire(import.meta.url)
  const packageName = '@tensorflow/tfjs-node-gpu'
  load(`${packageName}/dist/register_all_kernels.js`)
  const { NodeJSKernelBackend } = load(`${packageName}/dist/nodejs_kernel_backend.js`) as {
    NodeJSKernelBackend: BackendConstructor
  }
  const backend = new NodeJSKernelBackend(binding, packageName)
  tf.registerBackend(backendName, () => backend)
  return backend
}

/** The package calls functions that Node 23 removed from `util`, and one that warns before it goes as well. */
function restoreRemovedUtilities(): void {
  const removed = util as unknown as Record<string, (value: unknown) => boolean>
  removed['isNullOrUndefined'] ??= value => value === null || value === undefined
  removed['isArray'] = Array.isArray
}
