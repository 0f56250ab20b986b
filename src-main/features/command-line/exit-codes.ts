import type { StudyEnd } from '../../running/loop/study-end.ts'
import { isAppError } from '../../core/errors/errors.ts'

/** Codes that the shell learns; documented in docs/command-line.md. */
export const exitCodes = {
  done: 0,
  internalError: 1,
  badInput: 2,
  studyFailed: 3,
  databaseBusy: 4,
  /** Paused or stopped before its end; `resume` continues. */
  unfinished: 5,
} as const

export function exitCodeOfEnd(end: StudyEnd): number {
  switch (end.state) {
    case 'finished':
      return exitCodes.done
    case 'failed':
      return exitCodes.studyFailed
    case 'paused':
    case 'stopped':
      return exitCodes.unfinished
  }
}

export function exitCodeOfError(error: unknown): number {
  if (isAppError(error, 'database.locked')) return exitCodes.databaseBusy
  if (isAppError(error, 'model.canceled')) return exitCodes.unfinished
  // Mostly the wrong path, on the command line the same kind of mistake as a missing file.
  const isUnusable = (
    ['file.unwritable', 'database.corrupt', 'database.tooOld', 'database.future'] as const
  ).some(code => isAppError(error, code))
  return isUnusable || (isAppError(error) && error.isInput)
    ? exitCodes.badInput
    : exitCodes.internalError
}
