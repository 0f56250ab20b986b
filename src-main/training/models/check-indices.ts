import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { NetworkDefinition } from './network-definition.ts'

/**
 * Refuses inputs that no row of a table stands for: engines differ in what they read there, and some read foreign memory.
 * @returns null for networks whose inputs are plain numbers. What it returns takes whole rows, row-major, and
 *   @throws AppError `training.invalid` naming the input, its value and the rows of its table
 */
export function createIndexCheck({
  inputShape,
  layers: [first],
}: NetworkDefinition): ((inputs: Float32Array) => void) | null {
  const size = inputShape[0] as number
  if (first?.kind === 'embedding') return checkRows(0, new Array<number>(size).fill(first.tokens))
  if (first?.kind !== 'categoryEmbedding') return null
  const levels = first.tables.map(table => table.levels)
  return checkRows(size - levels.length, levels)
}

/** @param numbers inputs of a row before those that are indices */
function checkRows(numbers: number, levels: readonly number[]): (inputs: Float32Array) => void {
  const size = numbers + levels.length
  return inputs => {
    for (let start = numbers; start < inputs.length; start += size) {
      for (let column = 0; column < levels.length; column++) {
        const index = inputs[start + column] as number
        const most = (levels[column] as number) - 1
        if (Number.isInteger(index) && index >= 0 && index <= most) continue
        throw new AppError('training.invalid', {
          field: `inputs[${numbers + column}]`,
          value: String(index),
          rule: msg('rule.wholeBetween', { low: 0, high: most }),
        })
      }
    }
  }
}
