import { isCommand } from '../../../src-main/core/objectives/command/command.ts'
import { objectiveKind } from '../../../src-main/core/study/study-specification.ts'
import type { StudyDetail } from '../../../src-main/features/studies/common/rows.ts'
import { t } from '../../composables/localize.ts'

export interface StudyTab {
  readonly name: string
  readonly title: string
}

/** The tabs of a study in their order, without those that can never show anything of it. */
export function studyTabs({ specification: { objective } }: StudyDetail): StudyTab[] {
  const keepsPredictions = objectiveKind(objective).leavesModel === true
  return [
    { name: 'monitor', title: t('study.overview') },
    { name: 'trials', title: t('study.trials') },
    { name: 'analysis', title: t('analysis.tab') },
    ...(keepsPredictions ? [{ name: 'errors', title: t('errors.tab') }] : []),
    // Only programs leave files.
    ...(isCommand(objective) ? [{ name: 'files', title: t('files.tab') }] : []),
    { name: 'parallel', title: t('study.parallel') },
    { name: 'events', title: t('study.events') },
    { name: 'file', title: t('study.file') },
  ]
}
