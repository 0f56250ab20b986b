import path from 'node:path'
import type { EnginePreference } from '../../../core/machine/engine.ts'
import type { PredictionRequest, Predictions } from '../../../core/processes/prediction-protocol.ts'
import { connectReader } from '../../../platform/processes/connect-reader.ts'

/**
 * Uses an exported model on new data, in a process of its own.
 * @param also whether the answer has the cells of a table, too, and the content of how many files
 * @param input CSV file, or a file, folder or ZIP archive of images, recordings or texts
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `training.invalid`, `child.gone`
 */
export async function predictNewData(
  modelDirectory: string,
  input: string,
  engine: EnginePreference,
  {
    withColumns = false,
    contents = 0,
  }: Partial<Pick<PredictionRequest, 'withColumns' | 'contents'>> = {},
): Promise<Predictions> {
  return connectReader('predict').call('predict', {
    modelDirectory: path.resolve(modelDirectory),
    input: path.resolve(input),
    engine,
    withColumns,
    contents,
  })
}
