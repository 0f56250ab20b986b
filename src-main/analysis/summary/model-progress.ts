import type { ModelProgress } from '../../core/models/built-model.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import type { Translate } from '../../core/i18n/translate.ts'

/** How far it is to have a model ready, in one line. */
export function modelProgressText(progress: ModelProgress, t: Translate): string {
  if (progress.phase !== 'training') return t(`model.progress.${progress.phase}`)
  const { trialNumber: trial, member, members, step, steps, remainingMs } = progress
  return [
    t('model.progress.training', { trial, member, members }),
    ...(steps === null ? [] : [t('model.progress.step', { step, steps })]),
    ...(remainingMs === null
      ? []
      : [t('study.remaining', { time: formatDuration(remainingMs, t.language) })]),
  ].join(' · ')
}
