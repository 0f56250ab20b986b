import type { ConfusionMatrix } from '../../../core/models/confusion-matrix.ts'
import { readModelFile } from '../../../trainer/models/model-file.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'

/**
 * Which classes the best weights of a trial took for which, on its validation rows.
 * @returns null where the trial's model is not kept, or classifies nothing
 * @throws AppError `trial.notFound`, `file.notFound`, `data.invalid` for a file that was changed
 */
export async function readConfusion(
  store: StudyStore,
  studyId: number,
  number: number,
): Promise<ConfusionMatrix | null> {
  store.trial(studyId, number)
  const model = store
    .artifacts(studyId)
    .find(({ trialNumber, kind }) => trialNumber === number && kind === 'model')
  if (model === undefined) return null
  const { outputs, confusion } = await readModelFile(model.path)
  if (outputs.kind !== 'classes' || confusion === undefined) return null
  return { classes: outputs.names, counts: confusion }
}
