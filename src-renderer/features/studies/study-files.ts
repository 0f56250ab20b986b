import { type ExportFormat, exportFormats } from '../../../src-main/core/exporters/registry.ts'
import { call } from '../../bridge/call.ts'
import { downloadFile } from '../../composables/download-file.ts'
import { t } from '../../composables/localize.ts'
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
  return useWork(async (studyId: number, format: StudyFileFormat) => {
    downloadFile(
      format === 'bundle'
        ? await call('study.bundle', { studyId })
        : await call('study.export', { studyId, format, language: preferences.language }),
    )
  })
}
