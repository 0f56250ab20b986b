import { attributeTypes, type Attribute } from '../attributes.ts'
import { dataTypes, newValues, type Values } from '../library/data-types.ts'
import type { EagerOperations } from './eager-operations.ts'
import type { KernelTensor, OperationSink } from './operation-sink.ts'

/**
 * The native half that `@tensorflow/tfjs-node`'s backend expects, restricted to tensors and
 * operations: its SavedModel and summary functions are not used.
 */
export interface KernelBinding {
  createTensor(shape: readonly number[], type: number, values: ArrayLike<number>): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Values
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): KernelTensor[]
  /** See `OperationSink`; of our own kernels, TensorFlow.js does not know it. */
  run: OperationSink['run']
  isTracing(): boolean
  isUsingGpuDevice(): boolean
  getNumOfTensors(): number
}

const constants = {
  TF_FLOAT: dataTypes.float,
  TF_INT32: dataTypes.int32,
  TF_UINT8: dataTypes.uint8,
  TF_STRING: dataTypes.string,
  TF_COMPLEX64: dataTypes.complex64,
  TF_INT64: dataTypes.int64,
  TF_BOOL: dataTypes.bool,
  TF_RESOURCE: dataTypes.resource,
  TF_ATTR_STRING: attributeTypes.string,
  TF_ATTR_INT: attributeTypes.int,
  TF_ATTR_FLOAT: attributeTypes.float,
  TF_ATTR_BOOL: attributeTypes.bool,
  TF_ATTR_TYPE: attributeTypes.type,
  TF_ATTR_SHAPE: attributeTypes.shape,
}

/** @param sink where operations go at the moment of each call: `eager`, or a graph being traced */
export function createKernelBinding(
  eager: EagerOperations,
  sink: () => OperationSink,
  usesGpu: boolean,
): KernelBinding {
  return {
    ...constants,
    createTensor: (shape, type, values) => sink().createTensor(shape, type, typed(type, values)),
    deleteTensor: id => {
      eager.delete(id)
    },
    tensorDataSync: id => sink().read(id),
    executeOp: (...call) => sink().execute(...call),
    run: (...call) => sink().run(...call),
    isTracing: () => sink().isGraph,
    isUsingGpuDevice: () => usesGpu,
    getNumOfTensors: () => eager.count,
  }
}

/** Kernels hand over arrays of another type than they declare, e.g. plain ones. */
function typed(type: number, values: ArrayLike<number>): Values {
  if (type === dataTypes.string) throw new Error('tensors of strings are not supported')
  const target = newValues(type, values.length)
  if (values.constructor === target.constructor) return values as Values
  if (target instanceof BigInt64Array) return BigInt64Array.from(Array.from(values), BigInt)
  target.set(values)
  return target
}
