import { createRandomStream, deriveSeed } from '../../math/random/stream.ts'
import type { RowSource } from '../data/row-source.ts'
import type { StateEntry } from '../programs/program.ts'

/** A split as two state tensors. */
export function rowEntries(
  name: string,
  source: RowSource,
  inputShape: readonly number[],
): StateEntry[] {
  const inputs = new Float32Array(source.rows * source.inputSize)
  const targets = new Float32Array(source.rows * source.targetSize)
  source.fill(null, 0, source.rows, inputs, targets)
  return [
    { name: `${name}.inputs`, shape: [source.rows, ...inputShape], dtype: 'float32', data: inputs },
    {
      name: `${name}.targets`,
      shape: [source.rows, source.targetSize],
      dtype: 'float32',
      data: targets,
    },
  ]
}

/** Row numbers of every step: epochs in orders of their own; rows that fill no batch wait for the next. */
export function drawBatches(
  rows: number,
  batchSize: number,
  steps: number,
  seed: number,
): Int32Array {
  const batches = Math.floor(rows / batchSize)
  const indices = new Int32Array(steps * batchSize)
  let order: number[] = []
  for (let step = 0; step < steps; step++) {
    if (step % batches === 0) {
      const epoch = Math.floor(step / batches) + 1
      const random = createRandomStream({ seed, number: epoch, purpose: 'order of batches' })
      order = random.shuffled(Array.from({ length: rows }, (_, row) => row))
    }
    const start = (step % batches) * batchSize
    indices.set(order.slice(start, start + batchSize), step * batchSize)
  }
  return indices
}

/** Two words per step. */
export function noiseSeeds(steps: number, seed: number): Int32Array {
  const salt = deriveSeed({ seed, number: 0, purpose: 'input noise' }) | 0
  return Int32Array.from({ length: 2 * steps }, (_, at) => (at % 2 === 0 ? salt : at >> 1))
}
