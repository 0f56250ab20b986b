import { type ExportFormat, exportFormats } from '../../../src-main/core/exporters/registry.ts'
import { call } from '../../bridge/call.ts'
import { downloadFile } from '../../composables/download-file.ts'
import { t } from '../../composables/localize.ts'
import { useLongAnswer } from '../../composables/use-long-answer.ts'
import { useWork } from '../../composables/use-work.ts'
import { usePreferences } from '../../stores/preferences.ts'

/** The trials of a study in a format of other programs, or the study as a whole. */
export type StudyFileFormat = ExportFormat | 'bundle'
export const studyFileFormats: readonly StudyFileFormat[] = [...exportFormats, 'bundle']

export function studyFileName(format: StudyFileFormat): string {
  return format === 'bundle' ? t('output.bundle') : t(`output.exports.${format}`)
}

/** Saves files of a study, one at a time. */
export function useStudyFiles() {
  const preferences = usePreferences()
  const { ask, cancel, share, isAsking } = useLongAnswer()
  const { busy, run } = useWork(async (studyId: number, format: StudyFileFormat) => {
    const file = await ask(ticket =>
      format === 'bundle'
        ? call('study.bundle', { studyId, ticket })
        : call('study.export', { studyId, format, language: preferences.language, ticket }),
    )
    if (file !== null) downloadFile(file)
  })
  return { busy, run, cancel, share, isAsking }
}
