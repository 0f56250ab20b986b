import type { ExportedModel } from '../../contract/exported-model.ts'
import { fact } from '../../contract/fact.ts'
import { AppError } from '../../contract/errors.ts'
import { parseFile } from '../../contract/invalid-data.ts'
import type { BoosterLibrary } from '../boosting/booster.ts'
import { loadForest } from '../boosting/forest.ts'
import { readTablePreprocessing, tablePreprocessingSchema } from '../data/stored-table-fit.ts'
import type { StoredTable } from '../data/table-preprocessing.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { treeColumns, treeOutputs } from '../tasks/tabular/tree-table.ts'

/**
 * Raw outputs of trees for new rows, as those of a network.
 * @param boosters all that there are
 * @throws AppError `training.invalid` without the library that made the model; `data.invalid` for a damaged model
 */
export function predictTrees(
  boosters: readonly BoosterLibrary[],
  { trees, preprocessing, outputs }: ExportedModel & Required<Pick<ExportedModel, 'trees'>>,
  weights: readonly NamedTensor[],
  table: StoredTable,
): Float32Array {
  const library = boosters.find(({ name }) => name === trees.library)
  if (library === undefined) {
    const rule = fact('rule.oneOf', { values: boosters.map(({ name }) => name) })
    throw new AppError('training.invalid', { field: 'trees.library', value: trees.library, rule })
  }
  const fitted = readTablePreprocessing(
    parseFile('model.json', tablePreprocessingSchema, preprocessing, ['preprocessing']),
  )
  const rows = Int32Array.from({ length: table.schema.rows }, (_, row) => row)
  const model =
    trees.family === 'forest' ? loadForest(weights, trees.objective) : library.load(weights)
  try {
    return treeOutputs(model.predict(treeColumns(table, fitted, rows)), outputs)
  } finally {
    model.dispose()
  }
}
