import { encodeConfiguration, type ContextConfiguration } from './library/context-configuration.ts'
import type { CFunctions, Pointer } from './library/c-functions.ts'
import { bytesPerValue, newValues, type Values } from './library/data-types.ts'
import { requireOk, statusCodes, TensorflowError, withStatus } from './library/status.ts'

/** A tensor's shape and type, as TensorFlow tells them. */
export interface TensorMetadata {
  readonly shape: number[]
  /** A number of `TF_DataType`. */
  readonly type: number
}

/** An open TensorFlow: its functions, one context, and moving data in and out. */
export interface Session {
  readonly functions: CFunctions
  readonly context: Pointer
  readonly version: string
  /** Names of the GPUs that TensorFlow found and may use. */
  readonly gpus: readonly string[]
  /** A handle to the number 1 of that type, in host memory; owned here. */
  constantOne(type: number): Pointer
  /** A handle to a copy of the values, in host memory. */
  createHandle(shape: readonly number[], type: number, values: Values): Pointer
  /** A TF_Tensor with a copy of the values. */
  createTensor(shape: readonly number[], type: number, values: Values): Pointer
  read(handle: Pointer, metadata: TensorMetadata): Values
  /** A second handle to the same data, which lives on its own. */
  share(handle: Pointer): Pointer
  metadata(handle: Pointer): TensorMetadata
  deleteHandle(handle: Pointer): void
}

/** @throws TensorflowError if the context cannot be made */
export function openSession(functions: CFunctions, configuration: ContextConfiguration): Session {
  const context = createContext(functions, configuration)
  const ones = new Map<number, Pointer>()

  function createTensor(shape: readonly number[], type: number, values: Values): Pointer {
    const lengths = BigInt64Array.from(shape, BigInt)
    const tensor = functions.TF_AllocateTensor(type, lengths, shape.length, values.byteLength)
    if (tensor === null)
      throw new TensorflowError(statusCodes.resourceExhausted, `${values.byteLength} bytes`)
    const data = functions.TF_TensorData(tensor)
    if (data !== null && values.byteLength > 0) functions.memcpy(data, values, values.byteLength)
    return tensor
  }

  function createHandle(shape: readonly number[], type: number, values: Values): Pointer {
    const tensor = createTensor(shape, type, values)
    try {
      return withStatus(functions, status => functions.TFE_NewTensorHandle(tensor, status))
    } finally {
      functions.TF_DeleteTensor(tensor)
    }
  }

  return {
    functions,
    context,
    constantOne(type) {
      const cached = ones.get(type)
      if (cached !== undefined) return cached
      const handle = createHandle([], type, newValues(type, 1).fill(1 as never))
      ones.set(type, handle)
      return handle
    },
    version: functions.TF_Version(),
    gpus: listGpus(functions, context),
    createTensor,
    createHandle,
    read(handle, { shape, type }) {
      if (bytesPerValue(type) === 0) throw new Error(`values of type ${type} cannot be read`)
      const values = newValues(
        type,
        shape.reduce((product, length) => product * length, 1),
      )
      const tensor = withStatus(functions, status =>
        functions.TFE_TensorHandleResolve(handle, status),
      )
      const data = functions.TF_TensorData(tensor)
      if (data !== null && values.byteLength > 0) functions.memcpy(values, data, values.byteLength)
      functions.TF_DeleteTensor(tensor)
      return values
    },
    share: handle =>
      withStatus(functions, status => functions.TFE_TensorHandleCopySharingTensor(handle, status)),
    metadata: handle =>
      withStatus(functions, status => {
        const rank = functions.TFE_TensorHandleNumDims(handle, status)
        const shape: number[] = []
        for (let axis = 0; axis < rank; axis++) {
          shape.push(Number(functions.TFE_TensorHandleDim(handle, axis, status)))
        }
        return { shape, type: functions.TFE_TensorHandleDataType(handle) }
      }),
    deleteHandle: handle => {
      functions.TFE_DeleteTensorHandle(handle)
    },
  }
}

function createContext(functions: CFunctions, configuration: ContextConfiguration): Pointer {
  const options = functions.TFE_NewContextOptions()
  const proto = encodeConfiguration(configuration)
  try {
    return withStatus(functions, status => {
      functions.TFE_ContextOptionsSetConfig(options, proto, proto.length, status)
      requireOk(functions, status)
      return functions.TFE_NewContext(options, status)
    })
  } finally {
    functions.TFE_DeleteContextOptions(options)
  }
}

function listGpus(functions: CFunctions, context: Pointer): string[] {
  return withStatus(functions, status => {
    const list = functions.TFE_ContextListDevices(context, status)
    const names: string[] = []
    for (let index = 0; index < functions.TF_DeviceListCount(list); index++) {
      if (functions.TF_DeviceListType(list, index, status) !== 'GPU') continue
      names.push(functions.TF_DeviceListName(list, index, status))
    }
    functions.TF_DeleteDeviceList(list)
    return names
  })
}
