import { msg } from '../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { EngineInfo } from '../core/machine/engine.ts'
import { AppError } from '../core/errors/errors.ts'
import type {
  Engine,
  CompiledFunction,
  TrainingFunction,
  EngineState,
  StateEntry,
  TensorData,
  TensorSpecification,
} from '../training/compiled/compiled-function.ts'
import { activateBackend } from './activate-backend.ts'
import { createEagerState, type EagerState } from './eager-state.ts'
import {
  isReplay,
  type FunctionRecorder,
  type FunctionResult,
  type NotReplayable,
  type Replay,
} from './function-recorder.ts'
import { createFunctionChecks, runFailure } from './function-checks.ts'

/** How a backend says that its memory is used up; the process is of no use afterwards. */
export type MemoryFailureTest = (error: unknown) => boolean

export interface EagerOptions {
  /** Where the backend can record a call: compiled functions then call their function once and replay it. */
  readonly recorder?: FunctionRecorder
  /** Whether values come only after the call that asks for them, as from a GPU. */
  readonly readsLater?: boolean
}

/**
 * An engine that runs compiled functions operation by operation on a started TensorFlow.js backend. It is the
 * slowest executor and the oracle for all others. Tensors of a run are freed before it returns, so
 * memory stays constant over steps.
 */
export function createEagerEngine(
  info: EngineInfo,
  isMemoryFailure: MemoryFailureTest,
  { recorder, readsLater = false }: EagerOptions = {},
): Engine {
  const backendName = info.name
  const states = new Map<EngineState, EagerState>()
  const functionsByState = new Map<EagerState, Set<EagerFunction>>()

  function createState(entries: readonly StateEntry[]): EngineState {
    activateBackend(backendName)
    const state = createEagerState(backendName, entries, () => {
      states.delete(state.handle)
      for (const compiled of functionsByState.get(state) ?? []) compiled.forget()
      functionsByState.delete(state)
    })
    states.set(state.handle, state)
    functionsByState.set(state, new Set())
    return state.handle
  }

  function compile(
    key: string,
    fn: TrainingFunction,
    feeds: readonly TensorSpecification[],
    state: EngineState,
  ): CompiledFunction {
    const eagerState = states.get(state)
    if (eagerState === undefined) {
      throw new AppError('compiledFunction.invalid', {
        function: key,
        field: 'state',
        value: null,
        rule: msg('rule.notDisposed'),
      })
    }
    const stateFunctions = functionsByState.get(eagerState) as Set<EagerFunction>
    const parts = { key, fn, feeds, state: eagerState, backendName, isMemoryFailure, readsLater }
    const withRecorder = { ...parts, recorder: recorder ?? null }
    const made = createEagerFunction(withRecorder, () => stateFunctions.delete(made))
    stateFunctions.add(made)
    return made.compiled
  }

  function memory() {
    activateBackend(backendName)
    const { numTensors, numBytes } = tf.memory()
    let [tensors, bytes] = [numTensors, numBytes]
    for (const stateFunctions of functionsByState.values()) {
      for (const compiled of stateFunctions) {
        tensors += compiled.replay()?.tensors ?? 0
        bytes += compiled.replay()?.bytes ?? 0
      }
    }
    return { tensors, bytes }
  }

  function dispose(): void {
    for (const handle of [...states.keys()]) handle.dispose()
  }

  return { info, createState, compile, memory, dispose }
}

interface EagerFunctionParts {
  readonly key: string
  readonly fn: TrainingFunction
  readonly feeds: readonly TensorSpecification[]
  readonly state: EagerState
  readonly backendName: string
  readonly isMemoryFailure: MemoryFailureTest
  readonly recorder: FunctionRecorder | null
  readonly readsLater: boolean
}

interface EagerFunction {
  readonly compiled: CompiledFunction
  /** The call that it replays; null before its first run, or if it calls its function at every run. */
  replay(): Replay | null
  /** Frees what it replays. */
  forget(): void
}

function createEagerFunction(parts: EagerFunctionParts, onDispose: () => void): EagerFunction {
  const { key, feeds, state, recorder } = parts
  const checks = createFunctionChecks(key, feeds, state.handle.entries)
  let recorded: Replay | NotReplayable | null = null
  let runs = 0
  let disposed = false

  function replay(): Replay | null {
    return recorded !== null && isReplay(recorded) ? recorded : null
  }

  async function runOnce(data: readonly TensorData[]): Promise<Float32Array[]> {
    const recording = replay()
    if (recording === null) return callFunction(data)
    const current = state.tensors()
    const { outputs, state: next } = recording.run(current, data)
    state.replace(next.map((tensor, index) => tensor ?? (current[index] as Tensor)))
    return outputs
  }

  /** The function's result, noted down where that is possible and has not been done. */
  function evaluate(current: readonly Tensor[], fed: readonly Tensor[]): FunctionResult {
    if (recorder === null || recorded !== null) return checked(parts.fn(current, fed))
    const call = { fn: parts.fn, state: current, feeds: fed, specifications: feeds }
    const note = recorder.record(call)
    try {
      checked(note.result)
    } catch (error) {
      note.discard()
      throw error
    }
    recorded = note.finish()
    return note.result
  }

  function checked(result: FunctionResult): FunctionResult {
    checks.nextState(result.state)
    for (const output of result.outputs) checks.output(output)
    return result
  }

  async function callFunction(data: readonly TensorData[]): Promise<Float32Array[]> {
    const current = state.tensors()
    let outputs: Tensor[] = []
    // The callback gives new state and outputs to `tidy`, which frees everything else.
    const retainedTensors = tf.tidy(() => {
      const fed = feeds.map((feed, index) => {
        const values = data[index] as TensorData
        // An array that is uploaded later must not change meanwhile.
        return tf.tensor(parts.readsLater ? values.slice() : values, [...feed.shape], feed.dtype)
      })
      const result = evaluate(current, fed)
      // A tensor that was fed, or stands in the state twice, needs an identity of its own.
      const seen = new Set<Tensor>(fed)
      const next = result.state.map((tensor, index) => {
        if (tensor === current[index]) return tensor
        const owned = seen.has(tensor) || current.includes(tensor) ? copy(tensor) : tensor
        seen.add(owned)
        return owned
      })
      outputs = result.outputs.map(output => tf.clone(output))
      return [...next, ...outputs]
    })
    state.replace(retainedTensors.slice(0, retainedTensors.length - outputs.length))
    try {
      const values = parts.readsLater
        ? await Promise.all(outputs.map(output => output.data()))
        : outputs.map(output => output.dataSync())
      return values.map(value => (value as Float32Array).slice())
    } finally {
      for (const output of outputs) output.dispose()
    }
  }

  /** A tensor with data of its own: where reading is at once, a clone may share those of the caller's array. */
  function copy(tensor: Tensor): Tensor {
    return parts.readsLater
      ? tf.clone(tensor)
      : tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype)
  }

  function forget(): void {
    replay()?.dispose()
    recorded = null
  }

  const compiled: CompiledFunction = {
    key,
    async run(data) {
      if (disposed) checks.invalid('function', 'disposed', msg('rule.notDisposed'))
      checks.feeds(data)
      activateBackend(parts.backendName)
      try {
        const outputs = await runOnce(data)
        runs++
        return outputs
      } catch (error) {
        throw runFailure(key, error, parts.isMemoryFailure)
      }
    },
    get statistics() {
      const fallbackReason = recorded === null || isReplay(recorded) ? null : recorded.reason
      const replays = recorder !== null && fallbackReason === null
      return {
        executor: replays ? ('replayed' as const) : ('eager' as const),
        fallbackReason,
        runs,
      }
    },
    dispose() {
      if (disposed) return
      disposed = true
      forget()
      onDispose()
    },
  }
  return { compiled, replay, forget }
}
