import { msg } from '../../core/errors/message.ts'
import type { ExportedModel } from '../../core/models/exported-model.ts'
import { AppError } from '../../core/errors/errors.ts'
import { evaluationBatchSize } from '../loop/evaluate-rows.ts'
import { describeNetwork } from '../models/describe-network.ts'
import type { NetworkDefinition } from '../models/network-definition.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { compileNetwork } from '../compiled/compile-network.ts'
import type { Engine } from '../compiled/compiled-function.ts'
import { networkOf } from './network-of.ts'

/**
 * Raw outputs of a model for prepared inputs.
 * @param inputs rows × input size
 * @returns rows × outputs
 * @throws AppError `training.invalid` if network, weights and inputs do not fit together
 */
export async function predictRows(
  engine: Engine,
  model: ExportedModel,
  weights: readonly NamedTensor[],
  inputs: Float32Array,
): Promise<Float32Array> {
  const network = networkOf(model)
  const size = network.inputShape.reduce((product, length) => product * length, 1)
  const rows = inputs.length / size
  if (!Number.isInteger(rows) || rows < 1) {
    throw new AppError('training.invalid', {
      field: 'inputs',
      value: inputs.length,
      rule: msg('rule.multipleOf', { divisor: size }),
    })
  }
  requireWeightsOf(network, weights)
  const batchSize = evaluationBatchSize(network, rows)
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss: 'squaredError',
    optimizer: 'sgd',
    seed: 0,
    batchSize,
    evaluationBatchSize: batchSize,
  })
  try {
    compiledNetwork.writeWeights(weights)
    const batch = new Float32Array(batchSize * size)
    let outputs: Float32Array | null = null
    let width = 0
    for (let start = 0; start < rows; start += batchSize) {
      const count = Math.min(batchSize, rows - start)
      batch.fill(0, count * size)
      batch.set(inputs.subarray(start * size, (start + count) * size))
      const values = await compiledNetwork.predict(batch)
      width = values.length / batchSize
      outputs ??= new Float32Array(rows * width)
      outputs.set(values.subarray(0, count * width), start * width)
    }
    return outputs ?? new Float32Array()
  } finally {
    compiledNetwork.dispose()
  }
}

/** A few words of a file can name a network that fills the memory: it is made once the file has weights for it. */
function requireWeightsOf(network: NetworkDefinition, weights: readonly NamedTensor[]): void {
  const { parameterCount } = describeNetwork(network)
  const stored = weights.reduce((sum, { data }) => sum + data.length, 0)
  if (parameterCount <= stored) return
  const rule = msg('rule.atMost', { limit: stored })
  throw new AppError('training.invalid', { field: 'parameterCount', value: parameterCount, rule })
}
