import type { ExportedModel } from '../../../core/models/exported-model.ts'
import {
  type Booster,
  type BoosterLibrary,
  type BoosterModel,
  type BoosterObjective,
  type BoosterParameters,
  type BoosterTable,
  boosterDefaults,
  rowsPerGroup,
} from '../../boosting/booster.ts'
import { Forest, type ForestParameters, loadForest } from '../../boosting/forest.ts'
import { ownBooster } from '../../boosting/own-booster.ts'
import type { StoredModel } from '../../loop/test-ensemble.ts'
import { lossOf } from '../../loop/row-loss.ts'
import { type Learner, trainRounds } from '../../loop/train-rounds.ts'
import type { Loss } from '../../models/network-definition.ts'
import { requireGoals } from '../../metrics/metric-definitions.ts'
import type { NamedTensor, ObjectiveResult } from '../../objectives/objective-host.ts'
import type { TestRequest, TrainRequest } from '../task.ts'
import type { TabularHyperparameters } from './hyperparameters.ts'
import type { TableSettings } from './load-table.ts'
import { openTreeTable, treeObjective, treeOutputs, type TreeTable } from './tree-table.ts'

type TreeDescription = NonNullable<ExportedModel['trees']>
type Request = Pick<
  TrainRequest<TableSettings>,
  'settings' | 'dataset' | 'studySeed' | 'trialSeed' | 'fold' | 'boosters'
>

/** Trains boosted trees or a forest; the rounds of a forest are its trees. */
export async function trainTrees(
  request: TrainRequest<TableSettings>,
  values: TabularHyperparameters,
): Promise<ObjectiveResult> {
  const { table, objective, boosters, isForest } = prepare(request, values)
  requireGoals(request.goals, table.metrics)
  const data = table.data[values.classWeights]
  const [preferred = ownBooster] = boosters
  const begin = (start: readonly NamedTensor[] | null): Learner => {
    const shared = { data, validation: table.validation, objective, start }
    const library = start === null || isForest ? preferred : libraryOf(boosters, start)
    const grown = isForest
      ? new Forest({ ...shared, parameters: forestParameters(request, values, data.rows) })
      : library.train({ ...shared, parameters: boosterParameters(request, values, data.rows) })
    return learnerOf(grown, table, objective, model =>
      modelOf({ isForest, objective, boosters }, model),
    )
  }
  const result = await trainRounds({
    begin,
    loss: table.loss,
    goals: request.goals,
    host: request.host,
    validation: table.sets.validation,
    rounds: isForest ? values.trees : values.rounds,
    patience: values.patience,
  })
  if (result.weights === undefined) return result
  const { name, version } = isForest ? ownBooster : libraryOf(boosters, result.weights.best)
  const trees: TreeDescription = {
    family: isForest ? 'forest' : 'boosting',
    library: name,
    version,
    objective,
    gainShares: gainShares(modelOf({ isForest, objective, boosters }, result.weights.best), data),
  }
  return {
    ...result,
    model: {
      format: 1,
      task: 'tabular',
      trees,
      ...table.model,
      ...(result.confusion === undefined ? {} : { confusion: result.confusion }),
    },
  }
}

/** Trained trees with the splits that they can be measured on. */
export function storedTrees(
  request: TestRequest<TableSettings>,
  values: TabularHyperparameters,
): StoredModel {
  const prepared = prepare(request, values)
  const { table } = prepared
  return {
    loss: table.loss,
    meaning: table.model.outputs,
    evaluation: part => table.sets[part],
    outputs: async part => {
      const model = modelOf(prepared, request.weights)
      return treeOutputs(model.predict(table[part]), table.model.outputs)
    },
  }
}

function prepare(
  { settings, dataset, studySeed, fold = null, boosters = [ownBooster] }: Request,
  { family, boostingLoss }: TabularHyperparameters,
): {
  readonly table: TreeTable
  readonly objective: BoosterObjective
  readonly boosters: readonly BoosterLibrary[]
  readonly isForest: boolean
} {
  const table = openTreeTable(settings, dataset, studySeed, fold)
  const objective = treeObjective(table.classes, table.loss, boostingLoss)
  return { table, objective, boosters, isForest: family === 'forest' }
}

function modelOf(
  {
    isForest,
    objective,
    boosters,
  }: Pick<ReturnType<typeof prepare>, 'isForest' | 'objective' | 'boosters'>,
  tensors: readonly NamedTensor[],
): BoosterModel {
  return isForest ? loadForest(tensors, objective) : libraryOf(boosters, tensors).load(tensors)
}

/** The library that wrote a model. */
function libraryOf(
  boosters: readonly BoosterLibrary[],
  model: readonly NamedTensor[],
): BoosterLibrary {
  return boosters.find(library => library.reads(model)) ?? ownBooster
}

function gainShares(model: BoosterModel, { columns }: BoosterTable): Record<string, number> {
  const gains = model.gains()
  model.dispose()
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  return Object.fromEntries(
    columns.map(({ name }, at) => [name, total > 0 ? (gains[at] as number) / total : 0]),
  )
}

function learnerOf(
  grown: Booster,
  { sets, loss, validation, model: { outputs } }: TreeTable,
  objective: BoosterObjective,
  load: (model: readonly NamedTensor[]) => BoosterModel,
): Learner {
  const outputsOf = (part: 'training' | 'validation') => treeOutputs(grown.scores(part), outputs)
  return {
    get rounds() {
      return grown.rounds
    },
    learn: () => {
      grown.boostRound()
    },
    outputs: () => outputsOf('validation'),
    outputsAfter(rounds) {
      const model = load(grown.save(rounds))
      const scores = model.predict(validation)
      model.dispose()
      return treeOutputs(scores, outputs)
    },
    trainLoss: () => {
      const learnerLoss = ownLoss(grown, objective, loss, outputs)
      return learnerLoss ?? lossOf(sets.training, loss, outputsOf('training'))
    },
    save: rounds => grown.save(rounds),
    size(rounds) {
      const model = load(grown.save(rounds))
      const { leaves, trees } = model
      model.dispose()
      // A balanced tree of so many leaves compares so often on the way to one, and its value is added.
      const perTree = Math.log2(Math.max(2, leaves / trees)) + 1
      return { parameterCount: leaves, multiplyAdds: Math.round(trees * perTree) }
    },
    dispose: () => {
      grown.dispose()
    },
  }
}

/** The library's mean loss in units of the outputs; null where that is not the loss of the task, or there is none. */
function ownLoss(
  grown: Booster,
  { kind }: BoosterObjective,
  loss: Loss,
  outputs: ExportedModel['outputs'],
): number | null {
  // Absolute errors are minimized, squared ones are reported.
  if (kind === 'absoluteError' && loss === 'squaredError') return null
  const learnerLoss = grown.trainingLoss?.() ?? null
  if (learnerLoss === null || outputs.kind !== 'value') return learnerLoss
  return learnerLoss / outputs.deviation ** (loss === 'squaredError' ? 2 : 1)
}

function boosterParameters(
  { trialSeed }: Request,
  values: TabularHyperparameters,
  rows: number,
): BoosterParameters {
  return {
    ...boosterDefaults,
    ...values,
    learningRate: values.shrinkage,
    minRowsPerGroup: rowsPerGroup(rows),
    seed: trialSeed,
  }
}

function forestParameters(
  { trialSeed }: Request,
  values: TabularHyperparameters,
  rows: number,
): ForestParameters {
  const { rowFraction, splitFraction, minLeafRows, maxDepth, maxBins } = values
  return {
    rowShare: rowFraction,
    columnShare: splitFraction,
    minRowsPerLeaf: minLeafRows,
    maxDepth,
    maxBins,
    minRowsPerGroup: rowsPerGroup(rows),
    seed: trialSeed,
  }
}
