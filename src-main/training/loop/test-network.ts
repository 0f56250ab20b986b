import type { Loss, NetworkDefinition, OptimizerName } from '../models/network-definition.ts'
import { prefixMetrics } from '../metrics/metric-definitions.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { compileNetwork } from '../compiled/compile-network.ts'
import type { Engine } from '../compiled/compiled-function.ts'
import { evaluateRows, evaluationBatchSize, type Evaluation } from './evaluate-rows.ts'
import type { EvaluationSet } from './train-network.ts'

/** A trained network with the splits that it can be measured on. */
export interface StoredNetwork {
  readonly engine: Engine
  readonly network: NetworkDefinition
  readonly loss: Loss
  readonly optimizer: OptimizerName
  readonly weights: readonly NamedTensor[]
  evaluation(part: 'validation' | 'test'): EvaluationSet
}

/** Metrics of stored weights on the test split, named `test…`. */
export async function testNetwork(stored: StoredNetwork): Promise<Record<string, number>> {
  const test = stored.evaluation('test')
  const evaluation = await evaluateStored(stored, test)
  return prefixMetrics('test', { Loss: evaluation.loss, ...test.measure(evaluation.outputs) })
}

/** Outputs of stored weights for all rows of a split. */
export async function evaluateStored(
  stored: StoredNetwork,
  { source }: EvaluationSet,
): Promise<Evaluation> {
  const { engine, network, loss, optimizer, weights } = stored
  const batchSize = evaluationBatchSize(network, source.rows)
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss,
    optimizer,
    seed: 0,
    batchSize,
    evaluationBatchSize: batchSize,
  })
  try {
    compiledNetwork.writeWeights(weights)
    // Nobody can stop it: there is no host.
    return (await evaluateRows(compiledNetwork, source, batchSize, null)) as Evaluation
  } finally {
    compiledNetwork.dispose()
  }
}
