import { msg } from '../../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { EngineInfo } from '../../core/machine/engine.ts'
import { AppError } from '../../core/errors/errors.ts'
import type {
  Engine,
  EngineState,
  StateEntry,
  TensorSpecification,
} from '../../training/compiled/compiled-function.ts'
import { createCallChooser } from './call-kind.ts'
import { createFunctionCache } from './function-cache.ts'
import { createLoopConditions } from './graph/loop-conditions.ts'
import type { TensorflowKernels } from './kernels/tensorflow-kernels.ts'
import { createTensorflowFunction } from './tensorflow-function.ts'
import { createTensorflowState, type TensorflowState } from './tensorflow-state.ts'

/** An engine that captures functions and has TensorFlow run them whole. */
export function createTensorflowEngine(info: EngineInfo, kernels: TensorflowKernels): Engine {
  const states = new Map<EngineState, TensorflowState>()
  const cache = createFunctionCache(kernels.session)
  const calls = {
    chooseCall: createCallChooser(kernels.session),
    conditions: createLoopConditions(kernels.session, () => kernels.nextId()),
  }

  function createState(entries: readonly StateEntry[]): EngineState {
    const state = createTensorflowState(kernels.session, entries, () => states.delete(state.handle))
    states.set(state.handle, state)
    return state.handle
  }

  return {
    info,
    capturesFunctions: true,
    createState,
    compile(key, fn, feeds, handle) {
      const state = states.get(handle)
      if (state === undefined) {
        throw new AppError('compiledFunction.invalid', {
          function: key,
          field: 'state',
          value: null,
          rule: msg('rule.notDisposed'),
        })
      }
      const cacheKey = `${key} ${signature(feeds)} ${signature(handle.entries)}`
      const parts = { key, fn, feeds, state, kernels, cache, cacheKey, ...calls }
      return createTensorflowFunction(parts)
    },
    memory() {
      // State lives outside TensorFlow.js; what it counts are tensors of compiled functions not captured.
      const { numTensors, numBytes } = tf.memory()
      let [tensors, bytes] = [numTensors, numBytes]
      for (const state of states.values()) {
        tensors += state.handle.entries.length
        bytes += state.byteLength
      }
      return { tensors, bytes }
    },
    dispose() {
      for (const handle of [...states.keys()]) handle.dispose()
      cache.clear()
    },
  }
}

/** `float32[64,784] int32[]` */
function signature(specifications: readonly TensorSpecification[]): string {
  return specifications.map(({ dtype, shape }) => `${dtype}[${shape.join(',')}]`).join(' ')
}
