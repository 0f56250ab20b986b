import { ElMessage } from 'element-plus'
import { toAppError } from '../../src-main/contract/errors.ts'
import { errorText } from '../../src-main/contract/i18n/error-texts.ts'
import { problemLine } from '../../src-main/contract/problem.ts'
import { createTranslate } from '../../src-main/i18n/translate.ts'
import { usePreferences } from '../stores/preferences.ts'

/** Runs what a person asked for; if it fails, says why and goes on. @returns whether it was done */
export function useReportError() {
  const preferences = usePreferences()
  return async function withReport(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      const appError = toAppError(error)
      const problems =
        'problems' in appError.detail && appError.code === 'specification.invalid'
          ? appError.detail.problems.map(problem =>
              problemLine(problem, undefined, createTranslate(preferences.language)),
            )
          : []
      ElMessage({
        type: 'error',
        message: [errorText(appError, preferences.language), ...problems].join(' '),
        duration: 8_000,
        showClose: true,
      })
      return false
    }
  }
}
