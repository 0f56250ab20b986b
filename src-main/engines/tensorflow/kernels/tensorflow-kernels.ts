import type { DataId, TensorInfo } from '@tensorflow/tfjs-core'
import { CaptureError } from '../graph/capture-error.ts'
import type { Session } from '../session.ts'
import { createEagerOperations, type EagerOperations } from './eager-operations.ts'
import { createKernelBinding } from './kernel-binding.ts'
import { startKernelBackend, type TensorflowBackend } from './kernel-backend.ts'
import type { OperationSink } from './operation-sink.ts'
import { registerTensorflowKernels } from './register-tensorflow-kernels.ts'

/** TensorFlow.js' operations over an open session. */
export interface TensorflowKernels {
  readonly session: Session
  readonly backend: TensorflowBackend
  readonly eager: EagerOperations
  nextId(): number
  /** Operations that `run` calls become nodes of `tracer`'s graph instead of being executed. */
  whileTracing(tracer: OperationSink, run: () => void): void
}

export function createTensorflowKernels(session: Session): TensorflowKernels {
  let lastId = 0
  const nextId = () => ++lastId
  const eager = createEagerOperations(session, nextId)
  let sink: OperationSink = eager
  const binding = createKernelBinding(eager, () => sink, session.gpus.length > 0)
  const backend = startKernelBackend(binding)
  registerTensorflowKernels()
  const tracing = refuseForeignData(backend)

  return {
    session,
    backend,
    eager,
    nextId,
    whileTracing(tracer, run) {
      sink = tracer
      try {
        tracing(run)
      } finally {
        sink = eager
      }
    },
  }
}

/**
 * Data reaches TensorFlow when a tensor is first used. Of tensors made outside a traced function that
 * would be inside it, as constants: values that may change would be frozen without a word.
 * @returns runs a function in which such uploads are refused
 */
function refuseForeignData(backend: TensorflowBackend): (run: () => void) => void {
  let madeInside: WeakSet<DataId> | null = null
  const move = backend.move.bind(backend)
  const getInputTensorIds = backend.getInputTensorIds.bind(backend)
  backend.move = (...data) => {
    madeInside?.add(data[0] as DataId)
    move(...data)
  }
  backend.getInputTensorIds = (tensors: readonly TensorInfo[]) => {
    for (const { dataId } of madeInside === null ? [] : tensors) {
      const isPending = backend.tensorMap.get(dataId).values !== null
      if (isPending && madeInside?.has(dataId) !== true) throw new CaptureError('foreignTensor')
    }
    return getInputTensorIds(tensors)
  }
  return run => {
    madeInside = new WeakSet()
    try {
      run()
    } finally {
      madeInside = null
    }
  }
}
