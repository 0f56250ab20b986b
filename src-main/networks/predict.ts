import path from 'node:path'
import type { PredictionRequest, Predictions } from '../contract/prediction-protocol.ts'
import type { ExportedModel } from '../contract/exported-model.ts'
import { readNewRows } from '../datasets/read-new-rows.ts'
import { loadBoosters } from '../engines/load-boosters.ts'
import { loadEngine } from '../engines/load-engine.ts'
import { readModelFile } from './model-file.ts'
import { readWeightsFile, type StoredTensor } from './weights-file.ts'
import { type NewRows, toNewRows } from '../training/prediction/new-rows.ts'
import { predictRows } from '../training/prediction/predict-rows.ts'
import { predictTrees } from '../training/prediction/predict-trees.ts'
import { prepareInputs } from '../training/prediction/prepare-inputs.ts'
import { readOutputs } from '../training/prediction/read-outputs.ts'

/** Uses an exported model on new data. It parses untrusted files, so the process that does it is thrown away. */
export async function predict(request: PredictionRequest): Promise<Predictions> {
  const model = await readModelFile(path.join(request.modelDirectory, 'model.json'))
  const weights = await readWeightsFile(path.join(request.modelDirectory, 'weights.safetensors'))
  const rows = await readNewRows(model, request.input)
  const newRows = toNewRows(model, rows)
  const { trees } = model
  const outputs =
    trees !== undefined && newRows.task === 'tabular'
      ? predictTrees(loadBoosters(), { ...model, trees }, weights, newRows.table)
      : await runNetwork(request, model, weights, newRows, rows.names.length)
  const classNames = model.outputs.kind === 'classes' ? model.outputs.names : null
  return { classNames, predictions: readOutputs(model, rows.names, outputs) }
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
