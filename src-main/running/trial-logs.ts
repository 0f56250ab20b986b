import path from 'node:path'
import type { AttemptLogText } from '../contract/user-code.ts'
import type { StudyReader } from '../storage/study-store.ts'
import { readAttemptLog } from '../user-code/attempt-log.ts'
import { userDirectoryOf } from './open-executor.ts'
import type { Workspace } from '../storage/workspace.ts'

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
