import type { KoffiFunc, LibraryHandle } from 'koffi'

/** Address of something that TensorFlow owns. */
export type Pointer = bigint

/** A typed array that a C function reads or fills in place. */
type Buffer = BigUint64Array | BigInt64Array | Int32Array | Float32Array | Uint8Array

/** A node's output, passed by value. */
export interface GraphOutput {
  readonly oper: Pointer
  readonly index: number
}

/** A type of C by its name, with that of the values which stand for it here. */
interface CType<Value> {
  readonly name: string
  readonly value?: Value
}

function typed<Value>(name: string): CType<Value> {
  return { name }
}

const nothing = typed<void>('void')
const pointer = typed<Pointer>('void *')
const maybe = typed<Pointer | null>('void *')
const none = typed<null>('void *')
const buffer = typed<Buffer>('void *')
const address = typed<Pointer | Buffer>('void *')
const text = typed<string>('const char *')
const byte = typed<number>('uint8_t')
const int = typed<number>('int')
const long = typed<number | bigint>('int64_t')
const size = typed<number>('size_t')
const float = typed<number>('float')
/** `TF_Output` under another name: types are global to the FFI library and may be named once. */
const output = typed<GraphOutput>('TunewrightOutput')

/**
 * The functions of TensorFlow's stable C interface that we use (`c_api.h`, `c_api_eager.h`, which name their
 * parameters), and memcpy: the type of the result, then those of the parameters. Every call that can fail takes a
 * status last.
 */
const signatures = {
  memcpy: [nothing, address, address, size],
  TF_Version: [text],
  TF_NewStatus: [pointer],
  TF_DeleteStatus: [nothing, pointer],
  TF_GetCode: [int, pointer],
  TF_Message: [text, pointer],
  TF_AllocateTensor: [maybe, int, buffer, int, size],
  TF_DeleteTensor: [nothing, pointer],
  TF_TensorData: [maybe, pointer],
  TFE_NewContextOptions: [pointer],
  TFE_ContextOptionsSetConfig: [nothing, pointer, buffer, size, pointer],
  TFE_DeleteContextOptions: [nothing, pointer],
  TFE_NewContext: [pointer, pointer, pointer],
  TFE_ContextListDevices: [pointer, pointer, pointer],
  TF_DeviceListCount: [int, pointer],
  TF_DeviceListName: [text, pointer, int, pointer],
  TF_DeviceListType: [text, pointer, int, pointer],
  TF_DeleteDeviceList: [nothing, pointer],
  TFE_NewTensorHandle: [pointer, pointer, pointer],
  TFE_DeleteTensorHandle: [nothing, pointer],
  TFE_TensorHandleDataType: [int, pointer],
  TFE_TensorHandleNumDims: [int, pointer, pointer],
  TFE_TensorHandleDim: [long, pointer, int, pointer],
  TFE_TensorHandleResolve: [pointer, pointer, pointer],
  TFE_TensorHandleCopySharingTensor: [pointer, pointer, pointer],
  TFE_NewOp: [pointer, pointer, text, pointer],
  TFE_DeleteOp: [nothing, pointer],
  TFE_OpAddInput: [nothing, pointer, pointer, pointer],
  TFE_OpSetAttrString: [nothing, pointer, text, buffer, size],
  TFE_OpSetAttrFunction: [nothing, pointer, text, pointer],
  TFE_OpSetAttrInt: [nothing, pointer, text, long],
  TFE_OpSetAttrIntList: [nothing, pointer, text, buffer, int],
  TFE_OpSetAttrFloat: [nothing, pointer, text, float],
  TFE_OpSetAttrBool: [nothing, pointer, text, byte],
  TFE_OpSetAttrType: [nothing, pointer, text, int],
  TFE_OpSetAttrTypeList: [nothing, pointer, text, buffer, int],
  TFE_OpSetAttrShape: [nothing, pointer, text, buffer, int, pointer],
  TFE_Execute: [nothing, pointer, buffer, buffer, pointer],
  TF_NewGraph: [pointer],
  TF_DeleteGraph: [nothing, pointer],
  TF_NewOperation: [pointer, pointer, text, text],
  TF_AddInput: [nothing, pointer, output],
  TF_AddInputList: [nothing, pointer, buffer, int],
  TF_SetAttrString: [nothing, pointer, text, buffer, size],
  TF_SetAttrInt: [nothing, pointer, text, long],
  TF_SetAttrIntList: [nothing, pointer, text, buffer, int],
  TF_SetAttrFloat: [nothing, pointer, text, float],
  TF_SetAttrBool: [nothing, pointer, text, byte],
  TF_SetAttrType: [nothing, pointer, text, int],
  TF_SetAttrShape: [nothing, pointer, text, buffer, int],
  TF_SetAttrTensor: [nothing, pointer, text, pointer, pointer],
  TF_FinishOperation: [pointer, pointer, pointer],
  TF_OperationOutputType: [int, output],
  TF_GraphGetTensorNumDims: [int, pointer, output, pointer],
  TF_GraphGetTensorShape: [nothing, pointer, output, buffer, int, pointer],
  TF_GraphToFunction: [
    pointer,
    pointer,
    text,
    byte,
    int,
    none,
    int,
    buffer,
    int,
    buffer,
    none,
    none,
    none,
    pointer,
  ],
  TF_DeleteFunction: [nothing, pointer],
  TFE_ContextAddFunction: [nothing, pointer, pointer, pointer],
  TFE_ContextRemoveFunction: [nothing, pointer, text, pointer],
} as const satisfies Readonly<Record<string, readonly CType<unknown>[]>>

type Signature<Types> = Types extends readonly [CType<infer Result>, ...infer Parameters]
  ? (...values: ValuesOf<Parameters>) => Result
  : never
type ValuesOf<Types> = { [At in keyof Types]: Types[At] extends CType<infer Value> ? Value : never }

/** Each may also be called on a thread of its own. */
export type CFunctions = {
  readonly [Name in keyof typeof signatures]: KoffiFunc<Signature<(typeof signatures)[Name]>>
}

/**
 * Looks up every function.
 * @throws Error of the FFI library, with the name, if one is missing
 */
export function bindFunctions(library: LibraryHandle): CFunctions {
  const functions = Object.entries(signatures).map(([name, types]) => {
    const [result, ...parameters] = types.map(type => type.name) as [string, ...string[]]
    return [name, library.func(name, result, parameters)]
  })
  return Object.fromEntries(functions) as CFunctions
}
