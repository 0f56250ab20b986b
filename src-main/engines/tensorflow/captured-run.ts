import type { TensorData, TensorSpecification } from '../../training/compiled/compiled-function.ts'
import { shapeSize } from '../check-data.ts'
import { newCall } from './function-call.ts'
import type { CapturedFunction } from './graph/captured-function.ts'
import type { Pointer } from './library/c-functions.ts'
import { dataTypeOf, dataTypes } from './library/data-types.ts'
import { requireOk } from './library/status.ts'
import type { Session } from './session.ts'
import type { TensorflowState } from './tensorflow-state.ts'

export interface CapturedRun {
  readonly session: Session
  readonly captured: CapturedFunction
  readonly state: TensorflowState
  readonly feeds: readonly TensorSpecification[]
  readonly data: readonly TensorData[]
  /** On a thread of its own, so that messages are answered meanwhile; costs some 30 µs. */
  readonly inBackground: boolean
}

/**
 * Runs a captured function once: new state takes the place of the old, outputs come back as arrays.
 * @throws TensorflowError; the state is then as it was
 */
export async function runCaptured(run: CapturedRun): Promise<Float32Array[]> {
  const { session, captured, state, feeds, data } = run
  const { functions } = session
  const status = functions.TF_NewStatus()
  let operation: Pointer | null = null
  try {
    operation = newCall(session, captured, status)
    const handles = state.handles()
    for (const index of captured.stateInputs) {
      functions.TFE_OpAddInput(operation, handles[index] as Pointer, status)
    }
    for (const index of captured.feedInputs) {
      const { shape, dtype } = feeds[index] as TensorSpecification
      const handle = session.createHandle(shape, dataTypeOf(dtype), data[index] as TensorData)
      functions.TFE_OpAddInput(operation, handle, status)
      session.deleteHandle(handle)
    }
    for (const type of captured.loop?.fillers ?? []) {
      functions.TFE_OpAddInput(operation, session.constantOne(type), status)
    }
    requireOk(functions, status)
    const results = new BigUint64Array(captured.returnCount)
    const count = Int32Array.of(results.length)
    if (run.inBackground) await executeInBackground(session, operation, results, count, status)
    else functions.TFE_Execute(operation, results, count, status)
    requireOk(functions, status)
    return takeResults(run, results)
  } finally {
    if (operation !== null) functions.TFE_DeleteOp(operation)
    functions.TF_DeleteStatus(status)
  }
}

/** Puts new state in place, reads the outputs and lets go of what came back as it was. */
function takeResults(
  { session, captured, state }: CapturedRun,
  returned: BigUint64Array,
): Float32Array[] {
  const { stateOutputs, outputShapes, resultIndices } = captured
  stateOutputs.forEach((index, at) => {
    state.replace(index, returned[resultIndices[at] as number] as Pointer)
  })
  const outputs = outputShapes.map((shape, at) => {
    const returnIndex = resultIndices[stateOutputs.length + at] as number
    return readOutput(session, returned[returnIndex] as Pointer, shape)
  })
  for (const returnIndex of captured.spareIndices)
    session.deleteHandle(returned[returnIndex] as Pointer)
  return outputs
}

function executeInBackground(
  { functions }: Session,
  operation: Pointer,
  results: BigUint64Array,
  count: Int32Array,
  status: Pointer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    functions.TFE_Execute.async(operation, results, count, status, (error: Error | null) => {
      if (error === null) resolve()
      else reject(error)
    })
  })
}

function readOutput(session: Session, handle: Pointer, shape: readonly number[]): Float32Array {
  try {
    const metadata = { shape: [...shape], type: dataTypes.float }
    return shapeSize(shape) === 0
      ? new Float32Array(0)
      : (session.read(handle, metadata) as Float32Array)
  } finally {
    session.deleteHandle(handle)
  }
}
