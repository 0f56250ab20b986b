import { msg } from '../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { AppError } from '../core/errors/errors.ts'
import type { EngineState, StateEntry, TensorData } from '../training/compiled/compiled-function.ts'
import { activateBackend } from './activate-backend.ts'
import { checkData } from './check-data.ts'

/** State of functions that run operation by operation: tensors that each run replaces. */
export interface EagerState {
  readonly handle: EngineState
  tensors(): readonly Tensor[]
  /** Takes over `next`; tensors that are not in it any more are freed. */
  replace(next: readonly Tensor[]): void
}

/** @throws AppError `compiledFunction.invalid` if an entry's data does not fit its shape or type */
export function createEagerState(
  backendName: string,
  entries: readonly StateEntry[],
  onDispose: () => void,
): EagerState {
  entries.forEach(entry => checkData('state', entry.name, entry.data, entry))
  let tensors: readonly Tensor[] | null = entries.map(entry => keep(entry, entry.data))

  function alive(): readonly Tensor[] {
    if (tensors === null) {
      throw new AppError('compiledFunction.invalid', {
        function: 'state',
        field: 'state',
        value: 'disposed',
        rule: msg('rule.notDisposed'),
      })
    }
    return tensors
  }

  function replace(next: readonly Tensor[]): void {
    const nextTensors = new Set(next)
    for (const tensor of alive()) if (!nextTensors.has(tensor)) tensor.dispose()
    tensors = next.map(tensor => tf.keep(tensor))
  }

  const handle: EngineState = {
    entries: entries.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
    async read() {
      activateBackend(backendName)
      const values = await Promise.all(alive().map(tensor => tensor.data()))
      return values.map(value => value.slice() as TensorData)
    },
    write(data) {
      if (data.length !== entries.length) {
        throw new AppError('compiledFunction.invalid', {
          function: 'state',
          field: 'data',
          value: data.length,
          rule: msg('rule.items.exactly', { count: entries.length }),
        })
      }
      entries.forEach((entry, index) => {
        checkData('state', entry.name, data[index] as TensorData, entry)
      })
      alive()
      activateBackend(backendName)
      replace(entries.map((entry, index) => keep(entry, data[index] as TensorData)))
    },
    dispose() {
      if (tensors === null) return
      activateBackend(backendName)
      for (const tensor of tensors) tensor.dispose()
      tensors = null
      onDispose()
    },
  }
  return { handle, tensors: alive, replace }
}

/** The cpu backend lends the array it is given, so the data is copied first. */
function keep(entry: StateEntry, data: TensorData): Tensor {
  return tf.keep(tf.tensor(data.slice(), [...entry.shape], entry.dtype))
}
