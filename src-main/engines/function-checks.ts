import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { AppError, isAppError, reasonOf } from '../core/errors/errors.ts'
import type {
  EngineState,
  TensorData,
  TensorSpecification,
} from '../training/compiled/compiled-function.ts'
import { checkData } from './check-data.ts'

/** Checks of every executor; each throws AppError `compiledFunction.invalid`. */
export interface FunctionChecks {
  /** Count, type and length of what is fed; native libraries do not look. */
  feeds(data: readonly TensorData[]): void
  /** A function must give its state back in the same shapes and types. */
  nextState(next: readonly Tensor[]): void
  output(output: Tensor): void
  invalid(field: string, value: string | number | boolean, rule: MessageDescriptor): never
}

export function createFunctionChecks(
  name: string,
  specifications: readonly TensorSpecification[],
  entries: EngineState['entries'],
): FunctionChecks {
  function invalid(
    field: string,
    value: string | number | boolean,
    rule: MessageDescriptor,
  ): never {
    throw new AppError('compiledFunction.invalid', { function: name, field, value, rule })
  }

  return {
    invalid,
    feeds(data) {
      if (data.length !== specifications.length) {
        invalid('feeds', data.length, msg('rule.items.exactly', { count: specifications.length }))
      }
      specifications.forEach((feed, index) =>
        checkData(name, `feeds[${index}]`, data[index] as TensorData, feed),
      )
    },
    nextState(next) {
      if (next.length !== entries.length) {
        invalid('state', next.length, msg('rule.items.exactly', { count: entries.length }))
      }
      entries.forEach((entry, index) => {
        const tensor = next[index] as Tensor
        const fits =
          tensor.dtype === entry.dtype && tf.util.arraysEqual(tensor.shape, [...entry.shape])
        if (!fits) {
          const value = `${entry.dtype}[${entry.shape.join(',')}]`
          invalid(
            `state[${index}]`,
            `${tensor.dtype}[${tensor.shape.join(',')}]`,
            msg('rule.equal', { value }),
          )
        }
      })
    },
    output(output) {
      if (output.dtype !== 'float32')
        invalid('outputs', output.dtype, msg('rule.equal', { value: 'float32' }))
    },
  }
}

/** A run of a compiled function failed for no reason of ours: memory, or a function that does not fit the engine. */
export function runFailure(
  name: string,
  error: unknown,
  isMemoryFailure: (error: unknown) => boolean,
): AppError {
  if (isAppError(error)) return error
  const reason = reasonOf(error)
  if (isMemoryFailure(error)) return new AppError('training.memory', { reason }, error)
  const rule = msg('rule.runs', { reason })
  return new AppError(
    'compiledFunction.invalid',
    { function: name, field: 'function', value: null, rule },
    error,
  )
}
