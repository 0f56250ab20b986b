import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import type { EngineState, TensorData } from './compiled-function.ts'

/** State whose tensors are addressed by name, as checkpoints keep them. */
export interface NamedState {
  read(): Promise<NamedTensor[]>
  /** Takes the tensors in any order; every name of the state must be there once. */
  write(tensors: readonly NamedTensor[]): void
  /** All tensors as zeros. */
  zeros(): NamedTensor[]
}

export function createNamedState(state: EngineState): NamedState {
  const { entries } = state

  return {
    async read() {
      const data = await state.read()
      return entries.map(({ name, shape }, index) => ({
        name,
        shape,
        data: data[index] as TensorData,
      }))
    },
    write(tensors) {
      const byName = new Map(tensors.map(tensor => [tensor.name, tensor]))
      if (byName.size !== entries.length || tensors.length !== entries.length) {
        const unknown = tensors.find(({ name }) => !entries.some(entry => entry.name === name))
        const rule = msg('rule.items.exactly', { count: entries.length })
        invalid('tensors', unknown?.name ?? tensors.length, rule)
      }
      const data = entries.map(({ name, shape }) => {
        const tensor = byName.get(name)
        if (tensor === undefined) return invalid(name, null, msg('rule.present'))
        if (tensor.shape.join() !== shape.join()) {
          const rule = msg('rule.shape', { shape: [...shape] })
          return invalid(`${name}.shape`, [...tensor.shape], rule)
        }
        return tensor.data
      })
      state.write(data)
    },
    zeros: () =>
      entries.map(({ name, shape, dtype }) => {
        const size = shape.reduce((product, length) => product * length, 1)
        const data = dtype === 'float32' ? new Float32Array(size) : new Int32Array(size)
        return { name, shape, data }
      }),
  }
}

function invalid(
  field: string,
  value: string | number | readonly number[] | null,
  rule: MessageDescriptor,
): never {
  throw new AppError('training.invalid', { field, value, rule })
}
