import * as tf from '@tensorflow/tfjs-core'
import type { DataId, DataTypeMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { TensorData } from '../../training/compiled/compiled-function.ts'

/** The parts of TensorFlow.js' wasm backend that our kernels use. */
export interface WasmBackend {
  readonly wasm: {
    /** Address of new memory; 0 when there is none left. */
    _malloc: (bytes: number) => number
    _free: (address: number) => void
    readonly HEAPU8: Uint8Array<ArrayBuffer>
  }
  readonly dataIdMap: {
    get(dataId: DataId): {
      readonly memoryOffset: number
      readonly shape: number[]
      readonly dtype: keyof DataTypeMap
    }
  }
  /** A tensor's data with the values of a copy; one owner. */
  write(values: TensorData, shape: number[], dtype: string): DataId
  makeOutput(
    shape: number[],
    dtype: string,
    memoryOffset?: null,
    values?: Float32Array | Int32Array | Uint8Array,
  ): TensorInfo
  disposeData(dataId: DataId, force?: boolean): boolean
  /** One more owner; as many calls of `disposeData` free the data. */
  incRef(dataId: DataId): void
  readSync(dataId: DataId): Float32Array | Int32Array | Uint8Array
}

/** Address of a tensor's first byte in the wasm memory. */
function byteOffset(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset
}

/**
 * A tensor's values in place. Take it after the last `makeOutput` of a kernel: when the memory grows,
 * earlier views are detached.
 */
export function floatView(backend: WasmBackend, tensor: TensorInfo): Float32Array<ArrayBuffer> {
  const size = tf.util.sizeFromShape(tensor.shape)
  return new Float32Array(backend.wasm.HEAPU8.buffer, byteOffset(backend, tensor), size)
}

/** Like {@link floatView} for int32 tensors. */
export function integerView(backend: WasmBackend, tensor: TensorInfo): Int32Array<ArrayBuffer> {
  const size = tf.util.sizeFromShape(tensor.shape)
  return new Int32Array(backend.wasm.HEAPU8.buffer, byteOffset(backend, tensor), size)
}

/** A second name for the same data with another shape of equal size; must be disposed like a tensor. */
export function alias(backend: WasmBackend, tensor: TensorInfo, shape: number[]): TensorInfo {
  backend.incRef(tensor.dataId)
  return { dataId: tensor.dataId, shape, dtype: tensor.dtype }
}
