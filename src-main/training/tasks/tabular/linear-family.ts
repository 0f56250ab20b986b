import type { ObjectiveResult, NamedTensor } from '../../objectives/objective-host.ts'
import { fitLogistic, fitQuantile, fitRidge, type LinearModel } from '../../linear/fit-linear.ts'
import { lossOf } from '../../loop/row-loss.ts'
import { type Learner, trainRounds } from '../../loop/train-rounds.ts'
import type { EvaluationSet } from '../../loop/train-network.ts'
import { requireGoals } from '../../metrics/metric-definitions.ts'
import type { Loss } from '../../models/network-definition.ts'
import type { RowSource } from '../../data/row-source.ts'
import type { TrainRequest } from '../task.ts'
import { readHyperparameters } from '../read-hyperparameters.ts'
import { tabularHyperparameters, type TabularHyperparameters } from './hyperparameters.ts'
import { loadTable, type TableSettings } from './load-table.ts'
import { tableMetrics } from './table-metrics.ts'
import { tableNetwork } from './table-network.ts'

/** A linear model is a network without hidden layers, whose weights are found at once. */
export const linearNetwork = { layers: 0 } as const

/** Fits ridge, logistic or quantile regression; one step. */
export async function trainLinear(
  request: TrainRequest<TableSettings>,
  values: TabularHyperparameters,
): Promise<ObjectiveResult> {
  const { settings, dataset, studySeed, fold = null, goals, host } = request
  const problem = loadTable(settings, dataset, 'oneHot', studySeed, fold)
  requireGoals(goals, tableMetrics(problem.problem, problem.outputs === 2, settings.quantile))
  const { loss, training, validation } = problem
  const result = await trainRounds({
    begin: start => learnerOf(start, { loss, training, validation, values }),
    validation,
    loss,
    rounds: 1,
    patience: 0,
    goals,
    host,
  })
  if (result.weights === undefined) return result
  return {
    ...result,
    model: {
      format: 1,
      task: 'tabular',
      network: tableNetwork(asNetwork, problem),
      ...problem.model,
      ...(result.confusion === undefined ? {} : { confusion: result.confusion }),
    },
  }
}

const asNetwork = readHyperparameters(tabularHyperparameters, linearNetwork)

interface LinearTraining {
  readonly loss: Loss
  readonly training: RowSource
  readonly validation: EvaluationSet
  readonly values: TabularHyperparameters
}

function learnerOf(start: readonly NamedTensor[] | null, problem: LinearTraining): Learner {
  const { loss, training, validation } = problem
  const rows = readAll(training)
  const validated = readAll(validation.source)
  const { inputSize: width, targetSize: outputs } = training
  let tensors = start
  const outputsOf = (features: Float32Array) => apply(tensors ?? [], features, width, outputs)
  return {
    get rounds() {
      return tensors === null ? 0 : 1
    },
    learn() {
      tensors = toTensors(fit(problem, rows), width, outputs)
    },
    outputs: () => outputsOf(validated.features),
    outputsAfter: () => outputsOf(validated.features),
    trainLoss: () => lossOf({ ...validation, source: training }, loss, outputsOf(rows.features)),
    save: () => tensors ?? [],
    size: () => ({ parameterCount: (width + 1) * outputs, multiplyAdds: width * outputs }),
    dispose: () => undefined,
  }
}

interface Rows {
  readonly features: Float32Array
  readonly targets: Float32Array
}

function readAll(source: RowSource): Rows {
  const features = new Float32Array(source.rows * source.inputSize)
  const targets = new Float32Array(source.rows * source.targetSize)
  source.fill(null, 0, source.rows, features, targets)
  return { features, targets }
}

function fit({ loss, training, values }: LinearTraining, { features, targets }: Rows): LinearModel {
  const { inputSize: width, targetSize: classes, rows } = training
  const { ridge, classWeights } = values
  if (loss !== 'crossEntropy') {
    const problem = { features, width, target: Float64Array.from(targets), weights: null }
    return loss === 'squaredError'
      ? fitRidge(problem, ridge)
      : fitQuantile(problem, loss.quantile, ridge)
  }
  const target = Float64Array.from({ length: rows }, (_, row) =>
    targets.subarray(row * classes, (row + 1) * classes).indexOf(1),
  )
  const weights = classWeights === 'none' ? null : balanced(target, classes)
  return fitLogistic({ features, width, target, weights }, classes, ridge)
}

/** Every class counts alike, and a row 1 on average. */
export function balanced(target: Float64Array, classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (const label of target) counts[label] = (counts[label] as number) + 1
  return target.map(label => target.length / (classes * (counts[label] as number)))
}

/** As the network without hidden layers names them. */
function toTensors(
  { slopes, intercepts }: LinearModel,
  width: number,
  outputs: number,
): NamedTensor[] {
  return [
    {
      name: 'layers.0.dense.weight',
      shape: [width, outputs],
      data: Float32Array.from(slopes),
    },
    { name: 'layers.0.dense.bias', shape: [outputs], data: Float32Array.from(intercepts) },
  ]
}

function apply(
  [weight, bias]: readonly NamedTensor[],
  features: Float32Array,
  width: number,
  outputs: number,
): Float32Array {
  const rows = features.length / width
  const result = new Float32Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < outputs; at++) {
      let sum = bias?.data[at] ?? 0
      for (let feature = 0; feature < width; feature++) {
        sum +=
          (features[row * width + feature] as number) * (weight?.data[feature * outputs + at] ?? 0)
      }
      result[row * outputs + at] = sum
    }
  }
  return result
}
