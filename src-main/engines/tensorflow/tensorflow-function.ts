import { AppError, messageOf } from '../../core/errors/errors.ts'
import { msg, verbatim } from '../../core/errors/message.ts'
import type {
  CompiledFunction,
  TrainingFunction,
  TensorData,
  TensorSpecification,
} from '../../training/compiled/compiled-function.ts'
import { activateBackend } from '../activate-backend.ts'
import { createFunctionChecks, runFailure } from '../function-checks.ts'
import type { ChooseCall } from './call-kind.ts'
import { runCaptured } from './captured-run.ts'
import { runEagerly } from './eager-run.ts'
import { isCaptured, type CaptureResult, type FunctionCache } from './function-cache.ts'
import { captureFunction } from './graph/captured-function.ts'
import type { LoopConditions } from './graph/loop-conditions.ts'
import { backendName } from './kernels/kernel-backend.ts'
import type { TensorflowKernels } from './kernels/tensorflow-kernels.ts'
import { statusCodes, TensorflowError } from './library/status.ts'
import type { TensorflowState } from './tensorflow-state.ts'

/** From this duration of the last run on, the next one leaves the event loop free. */
const BACKGROUND_FROM_MS = 5

export interface TensorflowFunctionParts {
  readonly key: string
  readonly fn: TrainingFunction
  readonly feeds: readonly TensorSpecification[]
  readonly state: TensorflowState
  readonly kernels: TensorflowKernels
  readonly cache: FunctionCache
  readonly chooseCall: ChooseCall
  readonly conditions: LoopConditions
  /** Key with all shapes and types. */
  readonly cacheKey: string
}

/** A compiled function that is captured at its first run, or runs operation by operation and says why. */
export function createTensorflowFunction(parts: TensorflowFunctionParts): CompiledFunction {
  const { key, fn, feeds, state, kernels, cache, cacheKey } = parts
  const checks = createFunctionChecks(key, feeds, state.handle.entries)
  let acquired: CaptureResult | null = null
  let lastRunMs = Number.POSITIVE_INFINITY
  let runs = 0
  let disposed = false

  function capture(): CaptureResult {
    const name = `function${kernels.nextId()}`
    const { entries } = state.handle
    try {
      return captureFunction({ ...parts, name, entries, checks })
    } catch (error) {
      // A function that breaks a rule of compiled functions does so on every executor.
      if (error instanceof AppError) throw error
      return { reason: messageOf(error) }
    }
  }

  async function runOnce(data: readonly TensorData[]): Promise<Float32Array[]> {
    activateBackend(backendName)
    acquired ??= cache.acquire(cacheKey, capture)
    if (!isCaptured(acquired)) return runEagerly({ kernels, fn, state, feeds, data, checks })
    const startMs = performance.now()
    const outputs = await runCaptured({
      session: kernels.session,
      captured: acquired,
      state,
      feeds,
      data,
      inBackground: lastRunMs >= BACKGROUND_FROM_MS,
    })
    lastRunMs = performance.now() - startMs
    return outputs
  }

  return {
    key,
    async run(data) {
      if (disposed) checks.invalid('function', 'disposed', msg('rule.notDisposed'))
      checks.feeds(data)
      try {
        const outputs = await state.exclusive(() => runOnce(data))
        runs++
        return outputs
      } catch (error) {
        throw failure(key, error)
      }
    },
    get statistics() {
      const fallbackReason = acquired === null || isCaptured(acquired) ? null : acquired.reason
      const executor = fallbackReason === null ? ('captured' as const) : ('eager' as const)
      return { executor, fallbackReason, runs }
    },
    dispose() {
      if (disposed) return
      disposed = true
      if (acquired !== null) cache.release(cacheKey)
    },
  }
}

function failure(name: string, error: unknown): AppError {
  if (error instanceof TensorflowError) {
    const { status, message } = error
    if (status !== statusCodes.invalidArgument && status !== statusCodes.resourceExhausted) {
      return new AppError(
        'engine.failed',
        { engine: 'tensorflow', status, reason: verbatim(message) },
        error,
      )
    }
  }
  return runFailure(name, error, isMemoryFailure)
}

function isMemoryFailure(error: unknown): boolean {
  return error instanceof TensorflowError && error.status === statusCodes.resourceExhausted
}
