import path from 'node:path'
import type { PredictionRequest, Predictions } from '../contract/prediction-protocol.ts'
import { readNewRows } from '../datasets/read-new-rows.ts'
import { loadEngine } from '../engines/load-engine.ts'
import { readModelFile } from './model-file.ts'
import { readWeightsFile } from './weights-file.ts'
import { toNewRows } from '../training/prediction/new-rows.ts'
import { predictRows } from '../training/prediction/predict-rows.ts'
import { prepareInputs } from '../training/prediction/prepare-inputs.ts'
import { readOutputs } from '../training/prediction/read-outputs.ts'

/** Uses an exported model on new data. It parses untrusted files, so the process that does it is thrown away. */
export async function predict(request: PredictionRequest): Promise<Predictions> {
  const model = await readModelFile(path.join(request.modelDirectory, 'model.json'))
  const weights = await readWeightsFile(path.join(request.modelDirectory, 'weights.safetensors'))
  const rows = await readNewRows(model, request.input)
  const inputs = prepareInputs(model, toNewRows(model, rows), rows.names.length)
  const engine = await loadEngine(request.engine)
  const outputs = await predictRows(engine, model, weights, inputs)
  engine.dispose()
  const classNames = model.outputs.kind === 'classes' ? model.outputs.names : null
  return { classNames, predictions: readOutputs(model, rows.names, outputs) }
}
