import type { PreparedDataset } from '../../../core/data/dataset.ts'
import type { ExportedModel } from '../../../core/models/exported-model.ts'
import type {
  BoosterColumn,
  BoosterData,
  BoosterObjective,
  BoosterTable,
} from '../../boosting/booster.ts'
import type { HeldOut } from '../../data/folds.ts'
import { storeTableFit } from '../../data/stored-table-fit.ts'
import {
  fitTablePreprocessing,
  type StoredTable,
  type TablePreprocessing,
} from '../../data/table-preprocessing.ts'
import type { EvaluationSet } from '../../loop/train-network.ts'
import type { Loss } from '../../models/network-definition.ts'
import type { MetricDefinition } from '../task.ts'
import { tableMetrics } from './table-metrics.ts'
import { balanced } from './linear-family.ts'
import { openTable, type TableSettings } from './load-table.ts'

/** A table as trees learn from it: columns as they are, in the target's own units. */
export interface TreeTable {
  readonly classes: number
  readonly loss: Loss
  /** Training rows, by the weights of their classes. */
  readonly data: Readonly<Record<'none' | 'balanced', BoosterData>>
  readonly validation: BoosterTable
  readonly test: BoosterTable
  /** Targets and measures; rows without features. */
  readonly sets: Readonly<Record<'training' | 'validation' | 'test', EvaluationSet>>
  readonly metrics: readonly MetricDefinition[]
  readonly model: Pick<ExportedModel, 'outputs' | 'preprocessing' | 'reading'>
}

/** Trials of one process share a table, and whatever a library has made of it. */
const opened = new WeakMap<PreparedDataset, Map<string, TreeTable>>()

/** @throws AppError `data.invalid` as `loadTable` */
export function openTreeTable(
  settings: TableSettings,
  dataset: PreparedDataset,
  studySeed: number,
  fold: HeldOut | null,
): TreeTable {
  const key = JSON.stringify([settings.data, settings.quantile ?? null, studySeed, fold])
  const tablesByKey = opened.get(dataset) ?? new Map<string, TreeTable>()
  opened.set(dataset, tablesByKey)
  const cached = tablesByKey.get(key)
  if (cached !== undefined) return cached
  const made = makeTreeTable(settings, dataset, studySeed, fold)
  tablesByKey.set(key, made)
  return made
}

function makeTreeTable(
  settings: TableSettings,
  dataset: PreparedDataset,
  studySeed: number,
  fold: HeldOut | null,
): TreeTable {
  const { table, split, target, loss, reading } = openTable(settings, dataset, studySeed, fold)
  const fitted = fitTablePreprocessing(table, split.train, 'embedding')
  const tableOf = (rows: Int32Array) => treeColumns(table, fitted, rows)
  const setOf = (rows: Int32Array) => target.set(new Float32Array(), 0, rows)
  const { outputs } = target
  const classes = outputs.kind === 'classes' ? outputs.names.length : 0
  const training = {
    ...tableOf(split.train),
    target: Float64Array.from(split.train, row => target.values[row] as number),
  }
  return {
    classes,
    loss,
    data: {
      none: { ...training, weights: null },
      balanced: { ...training, weights: classes === 0 ? null : balanced(training.target, classes) },
    },
    validation: tableOf(split.validation),
    test: tableOf(split.test),
    sets: {
      training: setOf(split.train),
      validation: setOf(split.validation),
      test: setOf(split.test),
    },
    metrics: tableMetrics(table.schema.problem, classes === 2, settings.quantile),
    model: { outputs, preprocessing: storeTableFit(table, fitted), reading },
  }
}

/** Columns of the given rows; categories by their place in training, from 0. */
export function treeColumns(
  table: StoredTable,
  { categorical }: TablePreprocessing,
  rows: Int32Array,
): BoosterTable {
  const { schema } = table
  const numbers = schema.numeric.map(({ name }, column): BoosterColumn => {
    const start = column * schema.rows
    const values = Float64Array.from(rows, row => table.numeric[start + row] as number)
    return { name, kind: 'numeric', values, levels: 0 }
  })
  const categories = schema.categorical.map(({ name }, column): BoosterColumn => {
    const start = column * schema.rows
    const { featureOf, features = 0 } = categorical[column] ?? {}
    const values = Float64Array.from(rows, row => {
      const code = featureOf?.[table.categorical[start + row] as number] ?? -1
      return code < 0 ? Number.NaN : code
    })
    return { name, kind: 'categorical', values, levels: features }
  })
  return { rows: rows.length, columns: [...numbers, ...categories] }
}

/** The loss that trees minimize for such outputs. */
export function treeObjective(
  classes: number,
  loss: Loss,
  regressionLoss: 'squared' | 'absolute',
): BoosterObjective {
  if (classes === 2) return { kind: 'logistic' }
  if (classes > 2) return { kind: 'softmax', classes }
  if (typeof loss === 'object') return { kind: 'quantile', quantile: loss.quantile }
  return { kind: regressionLoss === 'absolute' ? 'absoluteError' : 'squaredError' }
}

/** Raw scores as the raw outputs of a network: a logit for each class, or the standardized number. */
export function treeOutputs(scores: Float64Array, outputs: ExportedModel['outputs']): Float32Array {
  if (outputs.kind === 'value') {
    return Float32Array.from(scores, score => (score - outputs.mean) / outputs.deviation)
  }
  if (outputs.names.length > 2) return Float32Array.from(scores)
  const logits = new Float32Array(2 * scores.length)
  for (const [row, score] of scores.entries()) logits[2 * row + 1] = score
  return logits
}
