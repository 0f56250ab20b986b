import { isAppError } from '../contract/errors.ts'
import type { OptunaGroup } from '../contract/optuna-storage.ts'
import { renameOverSync } from '../files/durable.ts'
import { removeEntrySync } from '../files/remove.ts'
import { writeStudyYaml } from '../interop/study-file/write-study-yaml.ts'
import { describeEnvironment } from '../machine/environment.ts'
import { readOptunaLog, takeOptunaLog } from '../storage/optuna-log.ts'
import type { OptunaWriting } from '../storage/sqlite-optuna-changes.ts'
import type { StudyStore } from '../storage/study-store.ts'

/**
 * Brings what the process of the port had answered and not handed over into the database. Only after it has ended.
 * @throws AppError `database.full` and its like: the log stays as it is
 */
export function foldOptunaLog(
  store: StudyStore,
  databasePath: string,
  write: (groups: readonly OptunaGroup[]) => unknown,
): void {
  // One that was taken and not folded comes first.
  for (let log = takeOptunaLog(databasePath); log !== null; log = takeOptunaLog(databasePath)) {
    foldTaken(log, store, write)
  }
}

function foldTaken(
  log: string,
  store: StudyStore,
  write: (groups: readonly OptunaGroup[]) => unknown,
): void {
  try {
    const groups = readOptunaLog(log, store.loggedOptuna)
    if (groups.length > 0) write(groups)
  } catch (error) {
    if (isAppError(error) && /^(?:database|disk|file)\./.test(error.code)) throw error
    // It must not keep this program from starting for ever; what it holds is kept.
    renameOverSync(log, `${log}-${Date.now()}`)
    throw error
  }
  removeEntrySync(log)
}

export const toOptunaStudy: OptunaWriting['toStudy'] = ({ specification, name: theirs }, name) => {
  const called = { ...specification, name }
  return {
    specification: called,
    source: writeStudyYaml(called),
    environment: {
      ...describeEnvironment(),
      importedFrom: {
        program: 'Optuna',
        version: null,
        ...{ file: null, sha256: null, study: theirs, notes: [] },
      },
    },
    createdAtMs: Date.now(),
  }
}
