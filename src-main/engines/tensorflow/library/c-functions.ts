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

/**
 * The functions of TensorFlow's stable C interface that we use (`c_api.h`, `c_api_eager.h`), and memcpy.
 * Every call that can fail takes a status last.
 */
export interface CFunctions {
  memcpy(to: Pointer | Buffer, from: Pointer | Buffer, bytes: number): void

  TF_Version(): string
  TF_NewStatus(): Pointer
  TF_DeleteStatus(status: Pointer): void
  TF_GetCode(status: Pointer): number
  TF_Message(status: Pointer): string

  TF_AllocateTensor(type: number, lengths: Buffer, rank: number, bytes: number): Pointer | null
  TF_DeleteTensor(tensor: Pointer): void
  TF_TensorData(tensor: Pointer): Pointer | null

  TFE_NewContextOptions(): Pointer
  TFE_ContextOptionsSetConfig(options: Pointer, proto: Buffer, bytes: number, status: Pointer): void
  TFE_DeleteContextOptions(options: Pointer): void
  TFE_NewContext(options: Pointer, status: Pointer): Pointer
  TFE_ContextListDevices(context: Pointer, status: Pointer): Pointer
  TF_DeviceListCount(list: Pointer): number
  TF_DeviceListName(list: Pointer, index: number, status: Pointer): string
  TF_DeviceListType(list: Pointer, index: number, status: Pointer): string
  TF_DeleteDeviceList(list: Pointer): void

  TFE_NewTensorHandle(tensor: Pointer, status: Pointer): Pointer
  TFE_DeleteTensorHandle(handle: Pointer): void
  TFE_TensorHandleDataType(handle: Pointer): number
  TFE_TensorHandleNumDims(handle: Pointer, status: Pointer): number
  TFE_TensorHandleDim(handle: Pointer, index: number, status: Pointer): number | bigint
  TFE_TensorHandleResolve(handle: Pointer, status: Pointer): Pointer
  TFE_TensorHandleCopySharingTensor(handle: Pointer, status: Pointer): Pointer

  TFE_NewOp(context: Pointer, name: string, status: Pointer): Pointer
  TFE_DeleteOp(operation: Pointer): void
  TFE_OpSetDevice(operation: Pointer, device: string, status: Pointer): void
  TFE_OpAddInput(operation: Pointer, handle: Pointer, status: Pointer): void
  TFE_OpSetAttrString(operation: Pointer, name: string, value: Uint8Array, bytes: number): void
  TFE_OpSetAttrFunction(operation: Pointer, name: string, value: Pointer): void
  TFE_OpSetAttrInt(operation: Pointer, name: string, value: number): void
  TFE_OpSetAttrIntList(operation: Pointer, name: string, values: Buffer, count: number): void
  TFE_OpSetAttrFloat(operation: Pointer, name: string, value: number): void
  TFE_OpSetAttrBool(operation: Pointer, name: string, value: number): void
  TFE_OpSetAttrType(operation: Pointer, name: string, value: number): void
  TFE_OpSetAttrTypeList(operation: Pointer, name: string, values: Buffer, count: number): void
  TFE_OpSetAttrShape(
    operation: Pointer,
    name: string,
    lengths: Buffer,
    rank: number,
    status: Pointer,
  ): void
  /** The one call that computes; also to be had on a thread of its own. */
  TFE_Execute: KoffiFunc<
    (operation: Pointer, results: BigUint64Array, count: Int32Array, status: Pointer) => void
  >

  TF_NewGraph(): Pointer
  TF_DeleteGraph(graph: Pointer): void
  TF_NewOperation(graph: Pointer, type: string, name: string): Pointer
  TF_AddInput(description: Pointer, input: GraphOutput): void
  TF_AddInputList(description: Pointer, inputs: Buffer, count: number): void
  TF_SetAttrString(description: Pointer, name: string, value: Uint8Array, bytes: number): void
  TF_SetAttrInt(description: Pointer, name: string, value: number): void
  TF_SetAttrIntList(description: Pointer, name: string, values: Buffer, count: number): void
  TF_SetAttrFloat(description: Pointer, name: string, value: number): void
  TF_SetAttrBool(description: Pointer, name: string, value: number): void
  TF_SetAttrType(description: Pointer, name: string, value: number): void
  TF_SetAttrShape(description: Pointer, name: string, lengths: Buffer, rank: number): void
  TF_SetAttrTensor(description: Pointer, name: string, value: Pointer, status: Pointer): void
  TF_FinishOperation(description: Pointer, status: Pointer): Pointer
  TF_OperationOutputType(output: GraphOutput): number
  TF_GraphGetTensorNumDims(graph: Pointer, output: GraphOutput, status: Pointer): number
  TF_GraphGetTensorShape(
    graph: Pointer,
    output: GraphOutput,
    lengths: Buffer,
    rank: number,
    status: Pointer,
  ): void
  TF_GraphToFunction(
    graph: Pointer,
    name: string,
    appendHash: number,
    operationCount: number,
    operations: null,
    inputCount: number,
    inputs: Buffer,
    outputCount: number,
    outputs: Buffer,
    outputNames: null,
    options: null,
    description: null,
    status: Pointer,
  ): Pointer
  TF_DeleteFunction(fn: Pointer): void
  TFE_ContextAddFunction(context: Pointer, fn: Pointer, status: Pointer): void
  TFE_ContextRemoveFunction(context: Pointer, name: string, status: Pointer): void
}

/** `TF_Output` is `TunewrightOutput`: types are global to the FFI library and may be named once. */
const signatures: Readonly<Record<keyof CFunctions, string>> = {
  memcpy: 'void memcpy(void *to, const void *from, size_t bytes)',

  TF_Version: 'const char *TF_Version()',
  TF_NewStatus: 'void *TF_NewStatus()',
  TF_DeleteStatus: 'void TF_DeleteStatus(void *status)',
  TF_GetCode: 'int TF_GetCode(void *status)',
  TF_Message: 'const char *TF_Message(void *status)',

  TF_AllocateTensor:
    'void *TF_AllocateTensor(int type, const void *lengths, int rank, size_t bytes)',
  TF_DeleteTensor: 'void TF_DeleteTensor(void *tensor)',
  TF_TensorData: 'void *TF_TensorData(void *tensor)',

  TFE_NewContextOptions: 'void *TFE_NewContextOptions()',
  TFE_ContextOptionsSetConfig:
    'void TFE_ContextOptionsSetConfig(void *options, const void *proto, size_t bytes, void *status)',
  TFE_DeleteContextOptions: 'void TFE_DeleteContextOptions(void *options)',
  TFE_NewContext: 'void *TFE_NewContext(void *options, void *status)',
  TFE_ContextListDevices: 'void *TFE_ContextListDevices(void *context, void *status)',
  TF_DeviceListCount: 'int TF_DeviceListCount(void *list)',
  TF_DeviceListName: 'const char *TF_DeviceListName(void *list, int index, void *status)',
  TF_DeviceListType: 'const char *TF_DeviceListType(void *list, int index, void *status)',
  TF_DeleteDeviceList: 'void TF_DeleteDeviceList(void *list)',

  TFE_NewTensorHandle: 'void *TFE_NewTensorHandle(void *tensor, void *status)',
  TFE_DeleteTensorHandle: 'void TFE_DeleteTensorHandle(void *handle)',
  TFE_TensorHandleDataType: 'int TFE_TensorHandleDataType(void *handle)',
  TFE_TensorHandleNumDims: 'int TFE_TensorHandleNumDims(void *handle, void *status)',
  TFE_TensorHandleDim: 'int64_t TFE_TensorHandleDim(void *handle, int index, void *status)',
  TFE_TensorHandleResolve: 'void *TFE_TensorHandleResolve(void *handle, void *status)',
  TFE_TensorHandleCopySharingTensor:
    'void *TFE_TensorHandleCopySharingTensor(void *handle, void *status)',

  TFE_NewOp: 'void *TFE_NewOp(void *context, const char *name, void *status)',
  TFE_DeleteOp: 'void TFE_DeleteOp(void *op)',
  TFE_OpSetDevice: 'void TFE_OpSetDevice(void *op, const char *device, void *status)',
  TFE_OpAddInput: 'void TFE_OpAddInput(void *op, void *handle, void *status)',
  TFE_OpSetAttrString:
    'void TFE_OpSetAttrString(void *op, const char *name, const void *value, size_t bytes)',
  TFE_OpSetAttrFunction: 'void TFE_OpSetAttrFunction(void *op, const char *name, void *value)',
  TFE_OpSetAttrInt: 'void TFE_OpSetAttrInt(void *op, const char *name, int64_t value)',
  TFE_OpSetAttrIntList:
    'void TFE_OpSetAttrIntList(void *op, const char *name, const void *values, int count)',
  TFE_OpSetAttrFloat: 'void TFE_OpSetAttrFloat(void *op, const char *name, float value)',
  TFE_OpSetAttrBool: 'void TFE_OpSetAttrBool(void *op, const char *name, uint8_t value)',
  TFE_OpSetAttrType: 'void TFE_OpSetAttrType(void *op, const char *name, int value)',
  TFE_OpSetAttrTypeList:
    'void TFE_OpSetAttrTypeList(void *op, const char *name, const void *values, int count)',
  TFE_OpSetAttrShape:
    'void TFE_OpSetAttrShape(void *op, const char *name, const void *lengths, int rank, void *status)',
  TFE_Execute: 'void TFE_Execute(void *op, void *results, void *count, void *status)',

  TF_NewGraph: 'void *TF_NewGraph()',
  TF_DeleteGraph: 'void TF_DeleteGraph(void *graph)',
  TF_NewOperation: 'void *TF_NewOperation(void *graph, const char *type, const char *name)',
  TF_AddInput: 'void TF_AddInput(void *description, TunewrightOutput input)',
  TF_AddInputList: 'void TF_AddInputList(void *description, const void *inputs, int count)',
  TF_SetAttrString:
    'void TF_SetAttrString(void *description, const char *name, const void *value, size_t bytes)',
  TF_SetAttrInt: 'void TF_SetAttrInt(void *description, const char *name, int64_t value)',
  TF_SetAttrIntList:
    'void TF_SetAttrIntList(void *description, const char *name, const void *values, int count)',
  TF_SetAttrFloat: 'void TF_SetAttrFloat(void *description, const char *name, float value)',
  TF_SetAttrBool: 'void TF_SetAttrBool(void *description, const char *name, uint8_t value)',
  TF_SetAttrType: 'void TF_SetAttrType(void *description, const char *name, int value)',
  TF_SetAttrShape:
    'void TF_SetAttrShape(void *description, const char *name, const void *lengths, int rank)',
  TF_SetAttrTensor:
    'void TF_SetAttrTensor(void *description, const char *name, void *value, void *status)',
  TF_FinishOperation: 'void *TF_FinishOperation(void *description, void *status)',
  TF_OperationOutputType: 'int TF_OperationOutputType(TunewrightOutput output)',
  TF_GraphGetTensorNumDims:
    'int TF_GraphGetTensorNumDims(void *graph, TunewrightOutput output, void *status)',
  TF_GraphGetTensorShape:
    'void TF_GraphGetTensorShape(void *graph, TunewrightOutput output, void *lengths, int rank, void *status)',
  TF_GraphToFunction:
    'void *TF_GraphToFunction(void *graph, const char *name, uint8_t appendHash, int operationCount, void *operations, int inputCount, void *inputs, int outputCount, void *outputs, void *outputNames, void *options, const char *description, void *status)',
  TF_DeleteFunction: 'void TF_DeleteFunction(void *fn)',
  TFE_ContextAddFunction: 'void TFE_ContextAddFunction(void *context, void *fn, void *status)',
  TFE_ContextRemoveFunction:
    'void TFE_ContextRemoveFunction(void *context, const char *name, void *status)',
}

/**
 * Looks up every function.
 * @throws Error of the FFI library, with the name, if one is missing
 */
export function bindFunctions(library: LibraryHandle): CFunctions {
  return Object.fromEntries(
    Object.entries(signatures).map(([name, signature]) => [name, library.func(signature)]),
  ) as unknown as CFunctions
}
