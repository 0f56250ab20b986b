import { ownValue } from '../../../core/values/named-values.ts'
import path from 'node:path'
import type {
  InputTable,
  PredictionRequest,
  Predictions,
} from '../../../core/processes/prediction-protocol.ts'
import type { ExportedModel, Prediction } from '../../../core/models/exported-model.ts'
import { isObject, type JsonValue } from '../../../core/values/json.ts'
import type { ReadRows } from '../../../core/data/read-rows.ts'
import { readNewRows } from '../../../datasets/read-new-rows.ts'
import { loadBoosters } from '../../../engines/load-boosters.ts'
import { loadEngine } from '../../../engines/load-engine.ts'
import {
  membersOf,
  readModelOrEnsemble,
  tensorsOfMember,
} from '../../../trainer/models/model-file.ts'
import { readWeightsFile, type StoredTensor } from '../../../trainer/models/weights-file.ts'
import { describeNetwork } from '../../../training/models/describe-network.ts'
import { networkOf } from '../../../training/prediction/network-of.ts'
import { type NewRows, toNewRows } from '../../../training/prediction/new-rows.ts'
import { meanPredictions } from '../../../training/prediction/mean-predictions.ts'
import { predictRows } from '../../../training/prediction/predict-rows.ts'
import { predictTrees } from '../../../training/prediction/predict-trees.ts'
import { newRowContents } from '../../error-analysis/node/new-row-contents.ts'
import { prepareInputs } from '../../../training/prediction/prepare-inputs.ts'
import { readOutputs } from '../../../training/prediction/read-outputs.ts'

/**
 * Uses an exported model, or several that predict together, on new data. It parses untrusted files, so the process that does it is
 * thrown away.
 */
export async function predict(request: PredictionRequest): Promise<Predictions> {
  const exported = await readModelOrEnsemble(path.join(request.modelDirectory, 'model.json'))
  const members = membersOf(exported)
  const weightsPath = path.join(request.modelDirectory, 'weights.safetensors')
  const tensors = await readWeightsFile(weightsPath, maxWeightsOf(members))
  const { outputs } = members[0].model
  const records: (readonly string[])[] = []
  const rowsOf = newRowsReader(request.input, fields => {
    if (request.withColumns) records.push([...fields])
  })
  const predictions: Prediction[][] = []
  const unseen = new Map<number, string[]>()
  for (const [index, { model }] of members.entries()) {
    const weights = members.length === 1 ? tensors : tensorsOfMember(tensors, index)
    const rows = await rowsOf(model)
    const newRows = toNewRows(model, rows)
    const { trees } = model
    const raw =
      trees !== undefined && newRows.kind === 'table'
        ? predictTrees(loadBoosters().libraries, { ...model, trees }, weights, newRows.table)
        : await runNetwork(request, model, weights, newRows, rows.names.length)
    predictions.push(readOutputs(model, rows.names, raw))
    if (rows.kind === 'table')
      for (const [row, names] of rows.unseen)
        unseen.set(row, [...(unseen.get(row) ?? []), ...names])
  }
  const classNames = outputs.kind === 'classes' ? outputs.names : null
  const shares = members.map(({ share }) => share)
  const together = meanPredictions(predictions, shares, classNames)
  const { model: firstModel } = members[0]
  const firstRows = await rowsOf(firstModel)
  return {
    classNames,
    predictions: together.map((each, row) => withUnseen(each, unseen.get(row))),
    table: tableOf(
      records,
      together.length,
      members.map(({ model }) => model),
    ),
    contents: newRowContents(firstModel, firstRows, request.contents),
  }
}

/** Numbers that networks need; undefined where there are trees, of which no model says how large they are. */
function maxWeightsOf(members: ReturnType<typeof membersOf>): number | undefined {
  if (members.some(({ model }) => model.network === undefined)) return undefined
  // Moving statistics, which are not trained, are as many as what is trained beside them.
  return members.reduce(
    (sum, { model }) => sum + 2 * describeNetwork(networkOf(model)).parameterCount,
    0,
  )
}

/** Members that read the table in different ways have read it several times. */
function tableOf(
  records: readonly (readonly string[])[],
  count: number,
  models: readonly ExportedModel[],
): InputTable | null {
  const [header, ...rows] = records.slice(0, count + 1)
  if (header === undefined) return null
  const used = new Set(models.flatMap(usedColumns))
  const unusedColumns = [...header.keys()].filter(
    column => !used.has((header[column] ?? '').trim()),
  )
  return { header, rows, unusedColumns }
}

/** Names of the features of a table, or of its column of texts. */
function usedColumns({ preprocessing, reading }: ExportedModel): string[] {
  const features = ['numeric', 'categorical'].flatMap(kind => {
    const list = ownValue(preprocessing, kind)
    return Array.isArray(list) ? (list as readonly JsonValue[]) : []
  })
  const named = features.flatMap(column => (isObject(column) ? [ownValue(column, 'name')] : []))
  return [...named, ownValue(reading, 'text')].filter(name => typeof name === 'string')
}

/** @param names of all members, some more than once */
function withUnseen(prediction: Prediction, names: readonly string[] | undefined): Prediction {
  return names === undefined ? prediction : { ...prediction, unseen: [...new Set(names)] }
}

/** Members that read new data alike share the rows. */
function newRowsReader(
  input: string,
  onRecord: (fields: readonly string[]) => void,
): (model: ExportedModel) => Promise<ReadRows> {
  const rowsByReading = new Map<string, Promise<ReadRows>>()
  return async model => {
    const { reading, preprocessing } = model
    const columns = ['numeric', 'categorical'].map(kind => {
      const list = ownValue(preprocessing, kind)
      return Array.isArray(list) ? (list as readonly JsonValue[]).map(pickNames) : null
    })
    const key = JSON.stringify([reading, columns])
    const rows = rowsByReading.get(key) ?? readNewRows(model, input, onRecord)
    rowsByReading.set(key, rows)
    return rows
  }
}

/** The part of a column that decides how it is read. */
function pickNames(column: JsonValue): JsonValue {
  if (!isObject(column)) return null
  const { name = null, categories = null } = column
  return [name, categories]
}

async function runNetwork(
  { engine: preference }: PredictionRequest,
  model: ExportedModel,
  weights: readonly StoredTensor[],
  rows: NewRows,
  count: number,
): Promise<Float32Array> {
  const inputs = prepareInputs(model, rows, count)
  const engine = await loadEngine(preference)
  const outputs = await predictRows(engine, model, weights, inputs)
  engine.dispose()
  return outputs
}
