import type { BuiltModel } from '../../core/models/built-model.ts'
import { AppError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { modelKinds } from '../../core/models/stored-model.ts'
import { bestTrial } from '../../core/trial/ranking.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { testMetricsOfTrial } from '../../core/study/test-metric.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'

/** The files of a trial, or of one of its folds, where they are kept; null where they are not. */
export function storedFilesOf(
  { artifacts }: Pick<StudySnapshot, 'artifacts'>,
  number: number,
  fold = 0,
): Pick<BuiltModel, 'modelPath' | 'weightsPath'> | null {
  const kinds = modelKinds(fold)
  const pathOf = (wanted: string): string | undefined =>
    artifacts.find(({ kind, trialNumber }) => kind === wanted && trialNumber === number)?.path
  const [modelPath, weightsPath] = [pathOf(kinds.model), pathOf(kinds.weights)]
  if (modelPath === undefined || weightsPath === undefined) return null
  return { modelPath, weightsPath }
}

/**
 * The model of the best trial whose files are kept.
 * @throws AppError `study.noTrials`
 */
export function bestStoredModel(snapshot: StudySnapshot): BuiltModel {
  const isStored = ({ number }: TrialRecord): boolean => storedFilesOf(snapshot, number) !== null
  // The best one may have been excluded since then.
  const trialsWithFiles = snapshot.trials.filter(isStored)
  const trial =
    bestTrial(trialsWithFiles, snapshot.study.specification.goals[0]) ?? trialsWithFiles[0]
  const files = trial === undefined ? null : storedFilesOf(snapshot, trial.number)
  if (trial === undefined || files === null) throw noModel(snapshot)
  return singleModel(snapshot, trial, files)
}

export function singleModel(
  { winner }: Pick<StudySnapshot, 'winner'>,
  trial: TrialRecord,
  files: Pick<BuiltModel, 'modelPath' | 'weightsPath'>,
): BuiltModel {
  const test = testMetricsOfTrial(winner, trial.number)
  return { ...files, members: [{ trial, share: 1 }], refit: false, ensemble: null, test }
}

export function noModel(
  { study }: Pick<StudySnapshot, 'study'>,
  rule: MessageDescriptor = msg('rule.trials.noModel'),
): AppError {
  return new AppError('study.noTrials', { study: study.name, rule })
}
