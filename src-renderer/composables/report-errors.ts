import { ElMessage } from 'element-plus'
import { errorMessage, toAppError } from '../../src-main/core/errors/errors.ts'
import { problemLine } from '../../src-main/core/errors/problem.ts'
import { Declined } from './declined.ts'
import { t } from './localize.ts'

/** Runs what a person asked for; if it fails, says why and goes on. @returns whether it was done */
export async function reportErrors(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    // Whoever said no needs no reason.
    if (error instanceof Declined) return false
    const appError = toAppError(error)
    const problems =
      'problems' in appError.detail && appError.code === 'specification.invalid'
        ? appError.detail.problems.map(problem => problemLine(problem, undefined, t))
        : []
    ElMessage({
      type: 'error',
      // A value of a form stands in no file: its problem says all.
      message: problems.length > 0 ? problems.join('\n') : t.format(errorMessage(appError)),
      duration: 8_000,
      showClose: true,
    })
    return false
  }
}

/** What was refused is over once something else was done. */
export function dismissErrors(): void {
  ElMessage.closeAll('error')
}
