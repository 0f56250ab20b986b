import { createRandomStream } from '../../../math/random/stream.ts'
import type { RowSource } from '../../data/row-source.ts'

/** Rows that the gradient sees, and those it does not. */
export interface Parts {
  readonly seen: RowSource
  readonly unseen: RowSource | null
  readonly seenRows: readonly number[]
  readonly unseenRows: readonly number[]
}

export function divide(source: RowSource, holdout: number, seed: number): Parts {
  const random = createRandomStream({ seed, number: 0, purpose: 'holdout rows' })
  const order = random.shuffled(Array.from({ length: source.rows }, (_, row) => row))
  const count = Math.min(Math.round(holdout * source.rows), source.rows - 1)
  const unseenRows = order.slice(0, count).sort((a, b) => a - b)
  const seenRows = order.slice(count).sort((a, b) => a - b)
  const unseen = count === 0 ? null : subset(source, unseenRows)
  return { seen: subset(source, seenRows), unseen, seenRows, unseenRows }
}

function subset(source: RowSource, rows: readonly number[]): RowSource {
  return {
    ...source,
    rows: rows.length,
    fill(order, start, count, inputs, targets) {
      const chosen = Array.from({ length: count }, (_, at) => {
        const index = order === null ? start + at : (order[start + at] as number)
        return rows[index] as number
      })
      source.fill(chosen, 0, count, inputs, targets)
    },
  }
}

/** Outputs of all validation rows, in their own order. */
export function joinOutputs(
  outcome: {
    readonly validationOutputs: Float32Array
    readonly holdoutOutputs: Float32Array | null
  },
  { seenRows, unseenRows }: Parts,
): Float32Array {
  const width = outcome.validationOutputs.length / seenRows.length
  const joined = new Float32Array((seenRows.length + unseenRows.length) * width)
  const put = (rows: readonly number[], outputs: Float32Array): void => {
    rows.forEach((row, at) => {
      joined.set(outputs.subarray(at * width, (at + 1) * width), row * width)
    })
  }
  put(seenRows, outcome.validationOutputs)
  if (outcome.holdoutOutputs !== null) put(unseenRows, outcome.holdoutOutputs)
  return joined
}
