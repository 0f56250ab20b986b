import type { ColumnImportance } from '../../../core/questions/error-analysis.ts'
import type { ColumnsRequest } from '../../../core/processes/prediction-protocol.ts'
import { readPreparedDataset } from '../../../datasets/read-prepared.ts'
import { loadBoosters } from '../../../engines/load-boosters.ts'
import { loadEngine } from '../../../engines/load-engine.ts'
import { predictRows } from '../../../training/prediction/predict-rows.ts'
import { columnImportance } from '../../../training/tasks/tabular/column-importance.ts'
import { tabularTask } from '../../../training/tasks/tabular/tabular-task.ts'
import { readModelFile } from '../../../trainer/models/model-file.ts'
import { readWeightsFile } from '../../../trainer/models/weights-file.ts'

/** How much the model of a trial leans on each column of its table; loads engines, so its process is thrown away. */
export async function columns(request: ColumnsRequest): Promise<ColumnImportance> {
  const { folds, engine: preference } = request
  const model = await readModelFile(request.modelPath)
  const weights = await readWeightsFile(request.weightsPath)
  const engine = model.trees === undefined ? await loadEngine(preference) : null
  try {
    return await columnImportance({
      settings: tabularTask.settingsSchema.parse(request.objective),
      dataset: await readPreparedDataset(request.datasetDirectory),
      studySeed: request.studySeed,
      // Models that are kept have learned with the first fold as their validation rows.
      fold: folds > 1 ? { index: 0, count: folds } : null,
      model,
      weights,
      boosters: loadBoosters().libraries,
      runNetwork: async inputs =>
        engine === null ? new Float32Array() : predictRows(engine, model, weights, inputs),
    })
  } finally {
    engine?.dispose()
  }
}
