import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

type KernelAttributes = Parameters<ReturnType<typeof tf.engine>['runKernel']>[2]

/**
 * Runs one kernel of the current backend. Below the public ops of TensorFlow.js: no argument
 * conversion, and backward kernels are reachable, which layers use because they write their gradients
 * out by hand (the core package has no gradient functions under Node).
 */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, unknown>> = {},
): Tensor {
  return tf.engine().runKernel(name, inputs, attributes as KernelAttributes)
}

/** Like {@link runKernel} for kernels with several results. */
export function runKernelMany(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, unknown>> = {},
): Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes as KernelAttributes)
}

/** Whether the current backend has a kernel of this name. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined
}
