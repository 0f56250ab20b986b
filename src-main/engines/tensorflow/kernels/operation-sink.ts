import type { Attribute } from '../attributes.ts'
import type { Values } from '../library/data-types.ts'

/** A tensor as the kernels of TensorFlow.js know it. */
export interface KernelTensor {
  readonly id: number
  readonly shape: number[]
  /** A number of `TF_DataType`. */
  readonly dtype: number
}

/**
 * The kernels of TensorFlow.js talk to it: operations that run at once, or nodes of a graph that is
 * being traced.
 */
export interface OperationSink {
  createTensor(shape: readonly number[], type: number, values: Values): number
  execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): KernelTensor[]
  /** The numbers of the results alone, where nobody asks for shapes; each is the caller's to delete. */
  run(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): number[]
  /** Whether results are nodes of a graph, which are freed with it. */
  readonly isGraph: boolean
  read(id: number): Values
}
