import path from 'node:path'
import type { AttemptLogText } from '../core/study/user-code.ts'
import type { StudyReader } from '../platform/storage/study-store.ts'
import { readAttemptLog } from '../platform/user-code/attempt-log.ts'
import { userDirectoryOf } from './executors/user-directory.ts'
import type { Workspace } from '../platform/storage/workspace.ts'

/**
 * The output of a trial's program, by attempt; attempts that left nothing are missing. Empty for built-in objectives.
 * @throws AppError `trial.notFound`
 */
export function readTrialLogs(
  store: Pick<StudyReader, 'trial' | 'studyById'>,
  workspace: Workspace,
  studyId: number,
  number: number,
): AttemptLogText[] {
  const directory = path.join(userDirectoryOf(store.studyById(studyId), workspace), String(number))
  return store
    .trial(studyId, number)
    .attempts.flatMap(
      attempt => readAttemptLog(directory, attempt.number, attempt.failure !== null) ?? [],
    )
}
