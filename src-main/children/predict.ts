import path from 'node:path'
import process from 'node:process'
import { serializeError } from '../contract/errors.ts'
import type { PredictionAnswer, PredictionRequest } from '../contract/prediction-protocol.ts'
import { readNewRows } from '../datasets/read-new-rows.ts'
import { loadEngine } from '../engines/load-engine.ts'
import { readModelFile } from '../networks/model-file.ts'
import { readWeightsFile } from '../networks/weights-file.ts'
import { toNewRows } from '../training/prediction/new-rows.ts'
import { predictRows } from '../training/prediction/predict-rows.ts'
import { prepareInputs } from '../training/prediction/prepare-inputs.ts'
import { readOutputs } from '../training/prediction/read-outputs.ts'

/** Entry of the process that uses a model on new data: it parses untrusted files, so it is thrown away. */
async function predict(request: PredictionRequest): Promise<PredictionAnswer> {
  try {
    const model = await readModelFile(path.join(request.modelDirectory, 'model.json'))
    const weights = await readWeightsFile(path.join(request.modelDirectory, 'weights.safetensors'))
    const rows = await readNewRows(model, request.input)
    const inputs = prepareInputs(model, toNewRows(model, rows), rows.names.length)
    const engine = await loadEngine(request.engine)
    const outputs = await predictRows(engine, model, weights, inputs)
    engine.dispose()
    const classNames = model.outputs.kind === 'classes' ? model.outputs.names : null
    return { ok: true, classNames, predictions: readOutputs(model, rows.names, outputs) }
  } catch (error) {
    return { ok: false, error: serializeError(error) }
  }
}

process.on('message', (request: PredictionRequest) => {
  void predict(request).then(answer => {
    process.send?.(answer, () => process.exit(0))
  })
})
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
