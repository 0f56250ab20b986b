import type { RowSource } from '../data/row-source.ts'
import type { ObjectiveHost } from '../objectives/objective-host.ts'
import { describeNetwork } from '../models/describe-network.ts'
import type { NetworkDefinition } from '../models/network-definition.ts'
import type { CompiledNetwork } from '../compiled/compiled-network.ts'

/** Rows of an evaluation call at most, and numbers of the widest layer's output (32 MB). */
const MAX_ROWS = 1_000
const MAX_VALUES = 8_000_000

/**
 * Rows per evaluation call: few calls, bounded memory, and little padding in the last one.
 * @param rows rows of the split
 */
export function evaluationBatchSize(network: NetworkDefinition, rows: number): number {
  const sizes = [{ outputShape: network.inputShape }, ...describeNetwork(network).layers].map(
    layer => layer.outputShape.reduce((product, length) => product * length, 1),
  )
  const most = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_VALUES / Math.max(...sizes))))
  return Math.ceil(rows / Math.ceil(rows / most))
}

export interface Evaluation {
  /** rows × outputs, raw */
  readonly outputs: Float32Array
  /** Mean over the rows. */
  readonly loss: number
}

/**
 * Runs all rows of a split through the network. The last batch is padded with zeros, which count
 * nowhere.
 * @returns null when the host said stop between two batches
 */
export async function evaluateRows(
  compiledNetwork: CompiledNetwork,
  source: RowSource,
  batchSize: number,
  host: Pick<ObjectiveHost, 'yieldNow'> | null,
): Promise<Evaluation | null> {
  const inputs = new Float32Array(batchSize * source.inputSize)
  const targets = new Float32Array(batchSize * source.targetSize)
  const outputs = new Float32Array(source.rows * source.targetSize)
  let sum = 0
  for (let start = 0; start < source.rows; start += batchSize) {
    if (host !== null && (await host.yieldNow()) === 'stop') return null
    const count = Math.min(batchSize, source.rows - start)
    inputs.fill(0, count * source.inputSize)
    targets.fill(0, count * source.targetSize)
    source.fill(null, start, count, inputs, targets)
    const batch = await compiledNetwork.evaluate(inputs, targets)
    outputs.set(batch.outputs.subarray(0, count * source.targetSize), start * source.targetSize)
    for (let row = 0; row < count; row++) sum += batch.losses[row] as number
  }
  return { outputs, loss: sum / source.rows }
}
