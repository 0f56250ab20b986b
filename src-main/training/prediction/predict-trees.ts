import type { ExportedModel } from '../../core/models/exported-model.ts'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import { parseFile } from '../../core/errors/invalid-data.ts'
import type { BoosterLibrary, BoosterModel } from '../boosting/booster.ts'
import { loadForest } from '../boosting/forest.ts'
import { readTablePreprocessing, tablePreprocessingSchema } from '../data/stored-table-fit.ts'
import type { StoredTable } from '../data/table-preprocessing.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { treeColumns, treeOutputs } from '../tasks/tabular/tree-table.ts'

/**
 * Trees by the library that made them.
 * @param boosters all that there are
 * @throws AppError `training.invalid` without that library, or for a network; `data.invalid` for a damaged model
 */
export function loadTreeModel(
  boosters: readonly BoosterLibrary[],
  { trees }: Pick<ExportedModel, 'trees'>,
  weights: readonly NamedTensor[],
): BoosterModel {
  const library = boosters.find(({ name }) => name === trees?.library)
  if (library === undefined || trees === undefined) {
    const rule = msg('rule.oneOf', { values: boosters.map(({ name }) => name) })
    throw new AppError('training.invalid', {
      field: 'trees.library',
      value: trees?.library ?? null,
      rule,
    })
  }
  return trees.family === 'forest' ? loadForest(weights, trees.objective) : library.load(weights)
}

/**
 * Raw outputs of trees for new rows, as those of a network.
 * @throws AppError as `loadTreeModel`
 */
export function predictTrees(
  boosters: readonly BoosterLibrary[],
  model: ExportedModel & Required<Pick<ExportedModel, 'trees'>>,
  weights: readonly NamedTensor[],
  table: StoredTable,
): Float32Array {
  const fitted = readTablePreprocessing(
    parseFile('model.json', tablePreprocessingSchema, model.preprocessing, ['preprocessing']),
  )
  const rows = Int32Array.from({ length: table.schema.rows }, (_, row) => row)
  const trees = loadTreeModel(boosters, model, weights)
  try {
    return treeOutputs(trees.predict(treeColumns(table, fitted, rows)), model.outputs)
  } finally {
    trees.dispose()
  }
}
