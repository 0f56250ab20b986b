import { isPredictionKind } from '../../core/models/stored-predictions.ts'
import { type FileKey, parseFileKind } from '../../core/trial/trial-files.ts'
import type { Translate } from '../../core/i18n/translate.ts'

/** What an artifact of a trial is called where people read it. User code may name its own as it likes; ours are said. */
export function artifactName(kind: string, t: Translate): string {
  if (kind === 'model') return t('trials.artifact.model')
  if (kind === 'weights.best') return t('trials.artifact.best')
  if (kind === 'weights.last') return t('trials.artifact.last')
  const [, what, fold] = /^(model|weights)\.(\d+)$/.exec(kind) ?? []
  if (what !== undefined)
    return t(`trials.artifact.${what === 'model' ? 'modelOfFold' : 'weightsOfFold'}`, {
      fold: Number(fold) + 1,
    })
  if (isPredictionKind(kind))
    return t('trials.artifact.predictions', { fold: Number(kind.split('.')[1]) + 1 })
  const fileKey = parseFileKind(kind)
  return fileKey === null ? kind : fileLabel(fileKey, t)
}

/** A file that a program left, with the step that it belongs to. */
export function fileLabel({ name, step }: FileKey, t: Translate): string {
  return step === null ? name : `${name} · ${t('files.atStep', { step })}`
}
