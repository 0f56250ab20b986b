import type { TensorSpecification } from '../../../training/compiled/compiled-function.ts'

/** Numbers of `TF_DataType` that occur here. */
export const dataTypes = {
  float: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  resource: 20,
} as const

/** Bytes of one value; 0 where values have no fixed size, which compiled functions do not use. */
export function bytesPerValue(type: number): number {
  switch (type) {
    case dataTypes.float:
    case dataTypes.int32:
      return 4
    case dataTypes.int64:
      return 8
    case dataTypes.bool:
    case dataTypes.uint8:
      return 1
    default:
      return 0
  }
}

export function dataTypeOf(dtype: TensorSpecification['dtype']): number {
  return dtype === 'float32' ? dataTypes.float : dataTypes.int32
}

export type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array

/** An empty array of the type's values. */
export function newValues(type: number, length: number): Values {
  switch (type) {
    case dataTypes.float:
      return new Float32Array(length)
    case dataTypes.int32:
      return new Int32Array(length)
    case dataTypes.int64:
      return new BigInt64Array(length)
    default:
      return new Uint8Array(length)
  }
}
