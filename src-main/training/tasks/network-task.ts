import type { z } from 'zod'
import { costMetrics } from '../../core/trial/cost-metrics.ts'
import type { SplitSizes } from '../../core/data/data-settings.ts'
import type { DatasetManifest, PreparedDataset } from '../../core/data/dataset.ts'
import type { ExportedModel } from '../../core/models/exported-model.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { Problem } from '../../core/errors/problem.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import { balancedClassWeights } from '../data/class-weights.ts'
import type { AugmentBatch } from '../data/augment-images.ts'
import type { HeldOut } from '../data/folds.ts'
import type { RowSource } from '../data/row-source.ts'
import { smoothLabels } from '../data/smooth-labels.ts'
import { type StoredModel, testEnsemble } from '../loop/test-ensemble.ts'
import { evaluateStored, testNetwork, type StoredNetwork } from '../loop/test-network.ts'
import { trainNetwork, type EvaluationSet, type TrainingSettings } from '../loop/train-network.ts'
import { requireGoals } from '../metrics/metric-definitions.ts'
import type { Loss, NetworkDefinition } from '../models/network-definition.ts'
import { describeNetwork } from '../models/describe-network.ts'
import type { ObjectiveResult } from '../objectives/objective-host.ts'
import { sketchNetwork } from '../models/sketch-network.ts'
import { checkSpaceAgainst } from './check-space.ts'
import type { HyperparameterTable, HyperparameterValues } from './hyperparameter.ts'
import { readHyperparameters } from './read-hyperparameters.ts'
import {
  checkHypergradientSpace,
  smoothDefaults,
  splitAssignment,
} from './hypergradient/hyperparameters.ts'
import {
  hypergradientMetrics,
  type HypergradientSettings,
  unfitGoals,
} from './hypergradient/settings.ts'
import { trainWithHypergradients } from './hypergradient/train-with-hypergradients.ts'
import { classFolds, sizedTraining, smallParts, trainingRowsOf } from './sized-training.ts'
import type { MetricDefinition, Task, TestRequest, TrainRequest } from './task.ts'

/** A data set made ready for one trial: split, preprocessed, with the network that fits it. */
export interface NetworkProblem {
  readonly network: NetworkDefinition
  readonly loss: Loss
  /** Metrics that this data set reports; fewer than the task may declare while the data are unknown. */
  readonly metrics: readonly MetricDefinition[]
  /** Where the outputs lead and what leads to the inputs. */
  readonly model: Pick<ExportedModel, 'outputs' | 'preprocessing' | 'reading'>
  training(): RowSource
  /** Changes training batches; absent or null if nothing does. */
  readonly augment?: AugmentBatch | null
  evaluation(part: 'validation' | 'test'): EvaluationSet
}

/** A task whose trials train one network; what is left to say is what differs between tasks. */
export interface NetworkTaskOptions<Settings, Table extends HyperparameterTable> {
  readonly name: ExportedModel['task']
  readonly settingsSchema: z.ZodType<Settings>
  readonly hyperparameters: Table
  readonly metrics: (settings: Settings) => readonly MetricDefinition[]
  readonly defaultSpace: (settings: Settings) => SpaceSpecification
  /** Further parameters to start with over such data; absent: none. */
  readonly dataSpace?: (settings: Settings, inputs: JsonObject) => SpaceSpecification
  /**
   * How the rows of data with classes are split and how many numbers a row has (0 if that differs), by which epochs, batch sizes and folds are
   * suggested; absent: they are the same for all data.
   */
  readonly rows?: (
    settings: Settings,
    manifest: DatasetManifest,
  ) => { readonly sizes: SplitSizes; readonly values: number }
  /** How its trials train where they report hypergradients; absent: they cannot. */
  readonly hypergradients?: (settings: Settings) => HypergradientSettings | undefined
  /** The parts of prepared data that shape networks. */
  readonly inputs: (manifest: DatasetManifest) => JsonObject
  /** Problems of a space over such data; absent: none. */
  readonly dataMetrics?: (settings: Settings, inputs: JsonObject) => readonly MetricDefinition[]
  readonly checkInputs?: (space: SpaceSpecification, inputs: JsonObject) => readonly Problem[]
  /** The network of a trial over data with such inputs; the same as {@link load} gives. */
  readonly network: (values: HyperparameterValues<Table>, inputs: JsonObject) => NetworkDefinition
  /**
   * Everything fitted is fitted on the training split alone.
   * @throws AppError `data.invalid`, `training.invalid`
   */
  readonly load: (
    settings: Settings,
    dataset: PreparedDataset,
    values: HyperparameterValues<Table>,
    studySeed: number,
    fold?: HeldOut | null,
  ) => NetworkProblem
}

export type NetworkTask<Settings, Table extends HyperparameterTable> = Task<Settings> &
  Pick<NetworkTaskOptions<Settings, Table>, 'hyperparameters' | 'load'> & {
    /** What a trial has learned, to be measured together with others. */
    stored(request: TestRequest<Settings>): StoredModel
  }

export function createNetworkTask<Settings, Table extends HyperparameterTable>(
  options: NetworkTaskOptions<Settings, Table>,
): NetworkTask<Settings, Table> {
  const { name, settingsSchema, hyperparameters, metrics, dataMetrics, defaultSpace, load } =
    options
  const hypergradientsOf = options.hypergradients ?? (() => undefined)

  /** The values that shape the network, and those that a hypergradient moves. */
  function read({
    settings,
    parameters,
  }: Pick<TrainRequest<Settings>, 'settings' | 'parameters'>): {
    readonly values: HyperparameterValues<Table>
    readonly continuous: Readonly<Record<string, number>>
  } {
    if (hypergradientsOf(settings) === undefined) {
      return { values: readHyperparameters(hyperparameters, parameters), continuous: {} }
    }
    const { architecture, continuous } = splitAssignment(parameters)
    const smooth = Object.entries(smoothDefaults).filter(([key]) =>
      Object.hasOwn(hyperparameters, key),
    )
    const assigned = { ...Object.fromEntries(smooth), ...architecture }
    return { values: readHyperparameters(hyperparameters, assigned), continuous }
  }

  function loadFor(
    { settings, dataset, studySeed, fold }: TestRequest<Settings> | TrainRequest<Settings>,
    values: HyperparameterValues<Table>,
  ): NetworkProblem {
    return load(settings, dataset, values, studySeed, fold)
  }

  /** A network with its weights and the splits to measure it on. */
  function stored(request: TestRequest<Settings>): StoredNetwork & Pick<StoredModel, 'meaning'> {
    const { values } = read(request)
    const problem = loadFor(request, values)
    return {
      meaning: problem.model.outputs,
      engine: request.engine,
      network: problem.network,
      loss: problem.loss,
      optimizer: (values as unknown as TrainingSettings).optimizer,
      weights: request.weights,
      evaluation: part => problem.evaluation(part),
    }
  }

  function storedModel(request: TestRequest<Settings>): StoredModel {
    const network = stored(request)
    return {
      loss: network.loss,
      meaning: network.meaning,
      evaluation: part => network.evaluation(part),
      outputs: async (_part, set) => (await evaluateStored(network, set)).outputs,
    }
  }

  /** What a study starts with over so many rows; a descent of hypergradients trains in a way of its own. */
  function sizedBy(
    rowsOf: NonNullable<typeof options.rows>,
  ): Required<Pick<Task<Settings>, 'sizedSpace' | 'dataFolds' | 'smallParts'>> {
    return {
      sizedSpace(settings, manifest) {
        if (hypergradientsOf(settings) !== undefined) return {}
        const { sizes } = rowsOf(settings, manifest)
        return sizedTraining(defaultSpace(settings), trainingRowsOf(manifest, sizes))
      },
      dataFolds(settings, manifest) {
        if (hypergradientsOf(settings) !== undefined) return 1
        const { sizes, values } = rowsOf(settings, manifest)
        return classFolds(manifest, sizes, values)
      },
      smallParts: (settings, manifest, folds) =>
        smallParts(manifest, rowsOf(settings, manifest).sizes, folds),
    }
  }

  /** With what hypergradients report, and what every training costs. */
  const withCosts = (settings: Settings, of: readonly MetricDefinition[]): MetricDefinition[] => [
    ...allMetrics(hypergradientsOf(settings), of),
    ...costMetrics.map(cost => ({ name: cost, direction: 'minimize' as const })),
  ]

  return {
    name,
    settingsSchema,
    hyperparameters,
    metrics: settings => withCosts(settings, metrics(settings)),
    defaultSpace,
    load,
    inputs: options.inputs,
    ...(options.dataSpace === undefined ? {} : { dataSpace: options.dataSpace }),
    ...(options.rows === undefined ? {} : sizedBy(options.rows)),
    ...(dataMetrics === undefined
      ? {}
      : {
          dataMetrics: (settings: Settings, inputs: JsonObject) =>
            withCosts(settings, dataMetrics(settings, inputs)),
        }),
    ...(options.checkInputs === undefined ? {} : { checkInputs: options.checkInputs }),
    sketch(settings, inputs, parameters) {
      const { values } = read({ settings, parameters })
      return sketchNetwork(options.network(values, inputs))
    },
    checkSpace(space, settings) {
      const hypergradients = hypergradientsOf(settings)
      return hypergradients === undefined
        ? checkSpaceAgainst(hyperparameters, space)
        : checkHypergradientSpace(hyperparameters, space, hypergradients)
    },
    unfitGoals(settings) {
      const hypergradients = hypergradientsOf(settings)
      return hypergradients === undefined ? new Map() : unfitGoals(hypergradients)
    },
    async train(request) {
      const { values, continuous } = read(request)
      const problem = loadFor(request, values)
      const hypergradients = hypergradientsOf(request.settings)
      requireGoals(request.goals, allMetrics(hypergradients, problem.metrics))
      const settings = values as unknown as TrainingSettings & TrainingRowSettings
      const shared = {
        engine: request.engine,
        network: problem.network,
        loss: problem.loss,
        validation: problem.evaluation('validation'),
        host: request.host,
      }
      const result =
        hypergradients === undefined
          ? await trainNetwork({
              ...shared,
              training: trainingRows(problem, settings),
              classWeights: classWeightsOf(problem, settings),
              augment: problem.augment ?? null,
              settings,
              goals: request.goals,
              trialSeed: request.trialSeed,
            })
          : await trainWithHypergradients({
              ...shared,
              training: problem.training(),
              settings: hypergradients,
              continuous,
              studySeed: request.studySeed,
              isFirst: request.trialNumber === 0,
            })
      if (result.weights === undefined) return result
      return {
        ...result,
        ...sizeWithWork(result, problem.network),
        model: {
          format: 1,
          task: name,
          network: problem.network,
          ...problem.model,
          ...(result.confusion === undefined ? {} : { confusion: result.confusion }),
        },
      }
    },
    test: async request => testNetwork(stored(request)),
    testTogether: async (requests, shares) =>
      testEnsemble(
        requests.map(request => () => storedModel(request)),
        shares,
      ),
    stored: storedModel,
  }
}

/** The size of what was trained, with what one row costs. */
function sizeWithWork(
  { size }: ObjectiveResult,
  network: NetworkDefinition,
): Pick<ObjectiveResult, 'size'> {
  if (size === undefined) return {}
  return { size: { ...size, multiplyAdds: describeNetwork(network).multiplyAdds } }
}

/** How training rows differ from those that are measured. */
interface TrainingRowSettings {
  readonly labelSmoothing: number
  readonly classWeights: 'none' | 'balanced'
}

function classWeightsOf(
  problem: NetworkProblem,
  { classWeights }: TrainingRowSettings,
): Float32Array | null {
  if (problem.loss !== 'crossEntropy' || classWeights === 'none') return null
  return balancedClassWeights(problem.training())
}

function trainingRows(problem: NetworkProblem, { labelSmoothing }: TrainingRowSettings): RowSource {
  const rows = problem.training()
  return problem.loss === 'crossEntropy' ? smoothLabels(rows, labelSmoothing) : rows
}

function allMetrics(
  hypergradients: HypergradientSettings | undefined,
  taskMetrics: readonly MetricDefinition[],
): readonly MetricDefinition[] {
  return hypergradients === undefined
    ? taskMetrics
    : [...taskMetrics, ...hypergradientMetrics(hypergradients)]
}
