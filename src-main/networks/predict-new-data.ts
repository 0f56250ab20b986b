import path from 'node:path'
import type { EnginePreference } from '../contract/engine.ts'
import { deserializeError } from '../contract/errors.ts'
import type { PredictionAnswer, PredictionRequest } from '../contract/prediction-protocol.ts'
import { ChildHandle } from '../processes/child-handle.ts'

/** Most time for one call; files of gigabytes take minutes. */
const limitMs = 900_000

/**
 * Uses an exported model on new data, in a process of its own.
 * @param input CSV file, or a file, folder or ZIP archive of images, recordings or texts
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `training.invalid`, `child.gone`
 */
export async function predictNewData(
  modelDirectory: string,
  input: string,
  engine: EnginePreference,
): Promise<Extract<PredictionAnswer, { ok: true }>> {
  const answer = await new Promise<PredictionAnswer>((resolve, reject) => {
    const child = new ChildHandle<PredictionAnswer, PredictionRequest>({
      name: 'predict',
      entry: new URL('../children/predict.ts', import.meta.url),
      onMessage: resolve,
      onExit: exit => {
        clearTimeout(timer)
        // After an answer this changes nothing: a promise settles once.
        reject(ChildHandle.goneError('predict', exit))
      },
    })
    const timer = setTimeout(() => {
      child.kill()
    }, limitMs)
    child.send({ modelDirectory: path.resolve(modelDirectory), input: path.resolve(input), engine })
  })
  if (answer.ok) return answer
  throw deserializeError(answer.error)
}
