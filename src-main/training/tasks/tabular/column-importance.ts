import type { ColumnImportance } from '../../../core/questions/error-analysis.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import type { ExportedModel } from '../../../core/models/exported-model.ts'
import { parseFile } from '../../../core/errors/invalid-data.ts'
import { mean } from '../../../math/numbers.ts'
import { createPermutation } from '../../../math/random/permutation.ts'
import type { BoosterLibrary, BoosterModel, BoosterTable } from '../../boosting/booster.ts'
import { readTrees } from '../../boosting/read-trees.ts'
import { treeContributions } from '../../boosting/tree-shap.ts'
import type { HeldOut } from '../../data/folds.ts'
import { readTablePreprocessing, tablePreprocessingSchema } from '../../data/stored-table-fit.ts'
import { applyTablePreprocessing, type StoredTable } from '../../data/table-preprocessing.ts'
import { lossOf } from '../../loop/row-loss.ts'
import type { NamedTensor } from '../../objectives/objective-host.ts'
import { loadTreeModel } from '../../prediction/predict-trees.ts'
import { openTable, type TableSettings } from './load-table.ts'
import { treeColumns, treeOutputs } from './tree-table.ts'

export interface ColumnQuestion {
  readonly settings: TableSettings
  readonly dataset: PreparedDataset
  readonly studySeed: number
  readonly fold: HeldOut | null
  readonly model: ExportedModel
  readonly weights: readonly NamedTensor[]
  readonly boosters: readonly BoosterLibrary[]
  /** Raw outputs of the model's network, if it is one. */
  readonly runNetwork: (inputs: Float32Array) => Promise<Float32Array>
}

const REPEATS = 5
/** Rows that are predicted in all; fewer of a wide table, so that it takes seconds. */
const MAX_PREDICTIONS = 400_000
const MAX_ROWS = 2_000
const MIN_ROWS = 200
/** Leaves that are visited for SHAP values, times rows. */
const MAX_VISITS = 4_000_000
const MAX_SHAP_ROWS = 500
const MIN_SHAP_ROWS = 20

/**
 * How much a model leans on each column, from validation rows: how much the loss grows when the column's values change rows
 * (Breiman 2001; Fisher, Rudin, Dominici: All models are wrong, but many are useful. JMLR 20(177), 2019); of trees also the
 * shares of the gain of all splits, and of the mean absolute SHAP values.
 */
export async function columnImportance(question: ColumnQuestion): Promise<ColumnImportance> {
  const { settings, dataset, studySeed, fold, model, weights } = question
  const { table, split, target, loss } = openTable(settings, dataset, studySeed, fold)
  const preprocessing = parseFile('model.json', tablePreprocessingSchema, model.preprocessing, [
    'preprocessing',
  ])
  const fitted = readTablePreprocessing(preprocessing)
  const { schema } = table
  const names = [...schema.numeric, ...schema.categorical].map(({ name }) => name)
  const most = Math.floor(MAX_PREDICTIONS / (REPEATS * Math.max(1, names.length)))
  const rows = firstOf(split.validation, Math.min(MAX_ROWS, Math.max(MIN_ROWS, most)))
  const part = rowsOf(table, rows)
  const all = Int32Array.from(rows.keys())
  const trees = model.trees === undefined ? null : loadTreeModel(question.boosters, model, weights)
  try {
    const outputsOf = async (): Promise<Float32Array> =>
      trees === null
        ? question.runNetwork(applyTablePreprocessing(part, fitted, all))
        : treeOutputs(trees.predict(treeColumns(part, fitted, all)), model.outputs)
    const set = target.set(new Float32Array(), 0, rows)
    const before = lossOf(set, loss, await outputsOf())
    const background = () => treeColumns(table, fitted, split.train)
    const gain = trees === null ? null : shares(trees.gains())
    const shap =
      trees === null
        ? null
        : shapShares(question, trees, treeColumns(part, fitted, all), background)
    const columns = []
    for (const [column, name] of names.entries()) {
      const growths: number[] = []
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const putBack = shuffle(part, column, repeat)
        growths.push(lossOf(set, loss, await outputsOf()) - before)
        putBack()
      }
      columns.push({
        name,
        ...meanAndDeviation(growths),
        gain: gain?.[column] ?? null,
        shap: shap?.[column] ?? null,
      })
    }
    columns.sort((a, b) => b.growth - a.growth)
    return { rows: rows.length, repeats: REPEATS, loss: before, columns }
  } finally {
    trees?.dispose()
  }
}

/** Some rows in a random order that is the same every time. */
function firstOf(rows: Int32Array, count: number): Int32Array {
  if (rows.length <= count) return rows
  const order = createPermutation(rows.length, { seed: 0, number: 0, purpose: 'importanceRows' })
  return Int32Array.from({ length: count }, (_, at) => rows[order.at(at)] as number)
}

function rowsOf({ schema, numeric, categorical }: StoredTable, rows: Int32Array): StoredTable {
  const picked = <Values extends Float64Array | Int32Array>(all: Values, into: Values): Values => {
    for (let at = 0; at < into.length; at++) {
      const start = Math.floor(at / rows.length) * schema.rows
      into[at] = all[start + (rows[at % rows.length] as number)] as number
    }
    return into
  }
  return {
    schema: { ...schema, rows: rows.length },
    numeric: picked(numeric, new Float64Array(rows.length * schema.numeric.length)),
    categorical: picked(categorical, new Int32Array(rows.length * schema.categorical.length)),
  }
}

/** Gives the values of a column to other rows. @returns puts them back */
function shuffle({ schema, numeric, categorical }: StoredTable, column: number, number: number) {
  const isNumber = column < schema.numeric.length
  const start = (isNumber ? column : column - schema.numeric.length) * schema.rows
  const values = (isNumber ? numeric : categorical).subarray(start, start + schema.rows)
  const before = values.slice()
  const order = createPermutation(schema.rows, { seed: column, number, purpose: 'importance' })
  for (let row = 0; row < values.length; row++) values[row] = before[order.at(row)] as number
  return () => {
    values.set(before)
  }
}

function meanAndDeviation(growths: readonly number[]) {
  const growth = mean(growths)
  const squares = growths.map(sample => (sample - growth) ** 2)
  return { growth, deviation: Math.sqrt(mean(squares) * (REPEATS / (REPEATS - 1))) }
}

function shapShares(
  { model: { trees }, weights }: ColumnQuestion,
  model: BoosterModel,
  { rows, columns }: BoosterTable,
  background: () => BoosterTable,
): Float64Array | null {
  if (trees === undefined) return null
  const visits = Math.floor(MAX_VISITS / Math.max(1, model.leaves))
  const count = Math.min(rows, MAX_SHAP_ROWS, Math.max(MIN_SHAP_ROWS, visits))
  const head = {
    rows: count,
    columns: columns.map(column => ({ ...column, values: column.values.subarray(0, count) })),
  }
  const contributions =
    model.contributions?.(head) ?? treeContributions(readTrees(trees, weights), head, background())
  const sums = new Float64Array(columns.length)
  for (const [at, value] of contributions.entries()) {
    const column = at % (columns.length + 1)
    // The last of them is the expected score.
    if (column < columns.length) sums[column]! += Math.abs(value)
  }
  return shares(sums)
}

function shares(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0)
  return total > 0 ? values.map(value => value / total) : values
}
