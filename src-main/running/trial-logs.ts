import path from 'node:path'
import type { AttemptLogPart, AttemptLogText } from '../core/study/user-code.ts'
import type { StudyReader } from '../platform/storage/study-store.ts'
import { readAttemptLog, readAttemptLogPart } from '../platform/user-code/attempt-log.ts'
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

/** Of a part that is read while a trial runs. */
const PART_BYTES = 256 * 1024

/**
 * What the last attempt of a trial has written since a reader looked last; null if it has left nothing, as built-in objectives do.
 * @param from where the reader stopped; null: the end of what there is
 * @throws AppError `trial.notFound`
 */
export function readTrialLogPart(
  store: Pick<StudyReader, 'trial' | 'studyById'>,
  workspace: Workspace,
  studyId: number,
  number: number,
  from: Omit<AttemptLogPart, 'text' | 'from'> | null,
): AttemptLogPart | null {
  const directory = path.join(userDirectoryOf(store.studyById(studyId), workspace), String(number))
  const attempt = store.trial(studyId, number).attempts.at(-1)?.number
  if (attempt === undefined) return null
  return readAttemptLogPart(directory, attempt, from, PART_BYTES)
}
