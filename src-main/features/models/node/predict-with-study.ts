import path from 'node:path'
import type { BuiltModel } from '../../../core/models/built-model.ts'
import type { Predictions } from '../../../core/processes/prediction-protocol.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import { exportModel } from './export-model.ts'
import { predictNewData } from './predict-new-data.ts'

/**
 * Uses a model of a study on new data, by way of an exported one, so that there is a single path from a file to
 * a prediction.
 * @param input absolute path of a file, a folder or an archive
 * @param contents of so many files the answer has the content, too
 * @throws AppError as `exportModel` and `predictNewData`
 */
export async function predictWithStudy(
  snapshot: StudySnapshot,
  built: BuiltModel,
  input: string,
  contents = 0,
): Promise<Predictions> {
  return inTemporaryFolder('model', async scratch => {
    const folder = await exportModel(snapshot, built, path.join(scratch, 'model'), 'en')
    return predictNewData(folder, input, 'auto', { withColumns: true, contents })
  })
}
