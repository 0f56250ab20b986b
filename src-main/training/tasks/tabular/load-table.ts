import { msg } from '../../../core/errors/message.ts'
import type { TableData, TableProblem } from '../../../core/data/data-settings.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import type { ExportedModel } from '../../../core/models/exported-model.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { readTableSchema, sourceName, type TableSchema } from '../../data/dataset-schema.ts'
import { takeFold, type HeldOut } from '../../data/folds.ts'
import type { Split } from '../../data/split.ts'
import type { AugmentBatch } from '../../data/augment-images.ts'
import { createForgetting } from '../../data/forget-categories.ts'
import type { RowSource } from '../../data/row-source.ts'
import {
  applyTablePreprocessing,
  type CategoryCoding,
  fitTablePreprocessing,
  type StoredTable,
} from '../../data/table-preprocessing.ts'
import { storeTableFit } from '../../data/stored-table-fit.ts'
import { createClassSource, createValueSource } from '../../data/table-source.ts'
import { splitTable, type TableSplitRows } from '../../data/table-split.ts'
import { fitTargetScaling } from '../../data/target-scaling.ts'
import type { EvaluationSet } from '../../loop/train-network.ts'
import { classificationMetrics } from '../../metrics/classification.ts'
import { regressionMetrics } from '../../metrics/regression.ts'
import type { Loss } from '../../models/network-definition.ts'
import { datasetArray } from '../dataset-array.ts'
import type { TableInputs } from './table-network.ts'

/** A table, split, with features fitted on the training split. */
export interface TableProblemData extends TableInputs {
  readonly problem: TableProblem
  readonly loss: Loss
  readonly model: Pick<ExportedModel, 'outputs' | 'preprocessing' | 'reading'>
  readonly training: RowSource
  /** Changes training batches; null if nothing does. */
  readonly augment: AugmentBatch | null
  readonly validation: EvaluationSet
  readonly test: EvaluationSet
}

/** @throws AppError `data.invalid` if the data set is no table, the split is impossible or a class has no quantiles */
export function loadTable(
  settings: TableSettings,
  dataset: PreparedDataset,
  coding: CategoryCoding,
  studySeed: number,
  fold: HeldOut | null,
): TableProblemData {
  const { table, split, target, loss, reading } = openTable(settings, dataset, studySeed, fold)
  const { schema } = table
  const preprocessing = fitTablePreprocessing(table, split.train, coding)
  const { width } = preprocessing
  const featuresOf = (rows: Int32Array) => applyTablePreprocessing(table, preprocessing, rows)
  const setOf = (rows: Int32Array) => target.set(featuresOf(rows), width, rows)
  const trainingFeatures = featuresOf(split.train)
  const categories = preprocessing.categorical.map(({ features }) => features)
  const levels = coding === 'embedding' ? categories.map(count => count + 1) : []
  return {
    problem: schema.problem,
    loss,
    features: width,
    numbers: preprocessing.numeric.reduce((sum, fit) => sum + (fit.indicator ? 2 : 1), 0),
    categories,
    outputs: schema.problem === 'regression' ? 1 : (schema.classNames?.length ?? 0),
    model: {
      outputs: target.outputs,
      preprocessing: storeTableFit(table, preprocessing),
      reading,
    },
    training: target.set(trainingFeatures, width, split.train).source,
    augment: createForgetting(trainingFeatures, width, levels),
    validation: setOf(split.validation),
    test: setOf(split.test),
  }
}

export interface TableSettings {
  readonly data: TableData
  readonly quantile?: number | undefined
}

/** A table with its split and what is to be predicted; nothing is fitted but the scale of the target. */
export interface OpenTable {
  readonly table: StoredTable
  readonly split: Split
  readonly target: Target
  readonly loss: Loss
  readonly reading: ExportedModel['reading']
}

/** @throws AppError `data.invalid` as {@link loadTable} */
export function openTable(
  { data, quantile }: TableSettings,
  dataset: PreparedDataset,
  studySeed: number,
  fold: HeldOut | null,
): OpenTable {
  const schema = readTableSchema(dataset.manifest)
  const table: StoredTable = {
    schema,
    numeric: datasetArray(dataset, 'numeric', Float64Array),
    categorical: datasetArray(dataset, 'categorical', Int32Array),
  }
  const strata =
    schema.problem === 'classification' ? datasetArray(dataset, 'target', Int32Array) : null
  const rows = tableSplitRows(dataset, schema)
  const source = sourceName(dataset.manifest)
  if (strata !== null && quantile !== undefined) {
    const rule = msg('rule.absent')
    throw new AppError('data.invalid', {
      path: source,
      field: 'objective.quantile',
      value: quantile,
      rule,
    })
  }
  const drawn = splitTable(dataset.manifest, data, rows, studySeed)
  const { groups, times } = rows
  const { embargo = 0 } = data
  const split = takeFold(drawn, fold, { strata, groups, times, embargo, seed: studySeed, source })
  return {
    table,
    split,
    target:
      strata === null
        ? valueSets(datasetArray(dataset, 'target', Float64Array), split.train, {
            name: schema.target,
            quantile,
          })
        : classSets(strata, schema.classNames ?? []),
    loss: strata !== null ? 'crossEntropy' : quantile === undefined ? 'squaredError' : { quantile },
    reading: {
      delimiter: data.delimiter,
      encoding: data.encoding,
      decimal: data.decimal,
      header: data.header,
      ...(data.sheet === undefined ? {} : { sheet: data.sheet }),
      missing: data.missing,
      columns: Object.fromEntries(
        [...schema.numeric, ...schema.categorical].flatMap(({ name, format }) =>
          format === undefined ? [] : [[name, format]],
        ),
      ),
    },
  }
}

/** The parts of a prepared table that decide its split. */
export function tableSplitRows(dataset: PreparedDataset, schema: TableSchema): TableSplitRows {
  return {
    classes:
      schema.problem === 'classification' ? datasetArray(dataset, 'target', Int32Array) : null,
    groups: schema.groupCount === null ? null : datasetArray(dataset, 'groups', Int32Array),
    times: schema.time === null ? null : datasetArray(dataset, 'times', Float64Array),
  }
}

interface Target {
  /** Of every row of the table: the class, or the number. */
  readonly values: Int32Array | Float64Array
  readonly outputs: ExportedModel['outputs']
  readonly set: (features: Float32Array, width: number, rows: Int32Array) => EvaluationSet
}

function classSets(target: Int32Array, names: string[]): Target {
  const classes = names.length
  const set: Target['set'] = (features, width, rows) => {
    const labels = rows.map(row => target[row] as number)
    return {
      source: createClassSource(features, width, labels, classes),
      measure: outputs => classificationMetrics(outputs, labels, classes),
      truth: { rows, targets: labels },
    }
  }
  return { values: target, outputs: { kind: 'classes', names }, set }
}

/** The network learns the standardized target; people read the target's own units. */
function valueSets(
  target: Float64Array,
  trainingRows: Int32Array,
  { name, quantile }: { readonly name: string; readonly quantile: number | undefined },
): Target {
  const { mean, deviation } = fitTargetScaling(target, trainingRows)
  const set: Target['set'] = (features, width, rows) => {
    const values = Float64Array.from(rows, row => target[row] as number)
    const scaled = values.map(value => (value - mean) / deviation)
    return {
      source: createValueSource(features, width, scaled),
      measure: outputs =>
        regressionMetrics(
          Float64Array.from(outputs, output => output * deviation + mean),
          values,
          quantile,
        ),
      truth: { rows, targets: Float32Array.from(scaled) },
    }
  }
  return { values: target, outputs: { kind: 'value', target: name, mean, deviation }, set }
}
