import { isObject, type JsonValue } from '../../core/values/json.ts'
import type { BoosterColumn, BoosterLibrary } from '../../training/boosting/booster.ts'
import { loadForest } from '../../training/boosting/forest.ts'
import type { NamedTensor, ObjectiveResult } from '../../training/objectives/objective-host.ts'
import { compileNetwork } from '../../training/compiled/compile-network.ts'
import type { Engine } from '../../training/compiled/compiled-function.ts'

export interface PredictableModel {
  readonly model: NonNullable<ObjectiveResult['model']>
  readonly weights: readonly NamedTensor[]
  readonly engine: Engine
  readonly boosters: readonly BoosterLibrary[]
}

/** A trained model ready to predict so many rows of zeros, again and again. */
export function predictorOf(
  { model, weights, engine, boosters }: PredictableModel,
  rows: number,
): { readonly predict: () => Promise<void>; dispose(): void } {
  const { network, trees } = model
  if (trees !== undefined) {
    const library = boosters.find(({ name }) => name === trees.library)
    const loaded =
      trees.family === 'forest' || library === undefined
        ? loadForest(weights, trees.objective)
        : library.load(weights)
    const table = { rows, columns: columnsOf(model.preprocessing, rows) }
    return {
      predict: () => {
        loaded.predict(table)
        return Promise.resolve()
      },
      dispose: () => {
        loaded.dispose()
      },
    }
  }
  if (network === undefined) return { predict: () => Promise.resolve(), dispose: () => undefined }
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss: 'squaredError',
    optimizer: 'sgd',
    seed: 0,
    batchSize: rows,
    evaluationBatchSize: rows,
  })
  compiledNetwork.writeWeights(weights)
  // Zero is an index of every embedding.
  const inputs = new Float32Array(rows * network.inputShape.reduce((a, b) => a * b, 1))
  return {
    predict: async () => {
      await compiledNetwork.predict(inputs)
    },
    dispose: () => {
      compiledNetwork.dispose()
    },
  }
}

function columnsOf(
  preprocessing: PredictableModel['model']['preprocessing'],
  rows: number,
): BoosterColumn[] {
  const listOf = (kind: 'numeric' | 'categorical'): readonly JsonValue[] => {
    const list = preprocessing[kind]
    return Array.isArray(list) ? (list as readonly JsonValue[]) : []
  }
  return (['numeric', 'categorical'] as const).flatMap(kind =>
    listOf(kind).map((column): BoosterColumn => {
      const { name, features = 0 } = isObject(column) ? column : {}
      const levels = kind === 'categorical' ? Number(features) : 0
      const columnName = typeof name === 'string' ? name : ''
      return { name: columnName, kind, values: new Float64Array(rows), levels }
    }),
  )
}
