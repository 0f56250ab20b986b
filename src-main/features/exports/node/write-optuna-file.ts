import { msg } from '../../../core/errors/message.ts'
import { linkSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { unwritable } from '../../../core/errors/unwritable.ts'
import { removeEntrySync } from '../../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../../platform/files/temporary.ts'
import type { OptunaStudy, OptunaTrial } from '../../../interop/optuna/optuna-rows.ts'
import { withDatabaseErrors } from '../../../platform/storage/database-errors.ts'
import { optunaTables } from '../../imports/node/optuna-schema.ts'
import { sqliteName } from '../../../platform/storage/sqlite-name.ts'

/**
 * Writes a study as a new SQLite file that Optuna opens: whole or not at all, and never over a file that is there, which may
 * hold somebody's studies.
 * @returns the absolute path
 * @throws AppError `file.exists`, `file.unwritable`, `database.full`
 */
export function writeOptunaFile(path: string, study: OptunaStudy): string {
  const target = resolve(path)
  const partial = temporaryBeside(target)
  try {
    removePartsOf(target)
    mkdirSync(dirname(target), { recursive: true })
    withDatabaseErrors(target, () => {
      const database = new SqliteDatabase(sqliteName(partial))
      try {
        database.pragma('synchronous = FULL')
        database.transaction(() => {
          insertStudy(database, study)
        })()
      } finally {
        database.close()
      }
    })
    // A link, unlike a renaming, refuses a name that is taken.
    linkSync(partial, target)
  } catch (error) {
    if (isAppError(error)) throw error
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new AppError('file.exists', { path: target, rule: msg('rule.otherName') }, error)
    }
    throw unwritable(target, error)
  } finally {
    removeEntrySync(partial)
  }
  return target
}

/** The study has the id 1, and a trial its number + 1. */
function insertStudy(database: SqliteDatabase.Database, study: OptunaStudy): void {
  database.exec(optunaTables)
  database.prepare('INSERT INTO studies VALUES (1, ?)').run(study.name)
  const direction = database.prepare(
    'INSERT INTO study_directions (direction, study_id, objective) VALUES (?, 1, ?)',
  )
  for (const [objective, name] of study.directions.entries()) direction.run(name, objective)
  insertAttributes(database, 'study_user_attributes', 'study_id', 1, study.userAttributes)
  insertAttributes(database, 'study_system_attributes', 'study_id', 1, study.systemAttributes)
  const insert = trialInserter(database)
  for (const trial of study.trials) insert(trial)
}

function trialInserter(database: SqliteDatabase.Database): (trial: OptunaTrial) => void {
  const insertTrial = database.prepare('INSERT INTO trials VALUES (?, ?, 1, ?, ?, ?)')
  const insertParameter = database.prepare(
    'INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)',
  )
  const insertValue = database.prepare(
    'INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)',
  )
  const insertIntermediate = database.prepare(
    `INSERT INTO trial_intermediate_values
     (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?)`,
  )
  return trial => {
    const id = trial.number + 1
    insertTrial.run(id, trial.number, trial.state, trial.start, trial.complete)
    for (const { name, value, distribution } of trial.parameters) {
      insertParameter.run(id, name, value, distribution)
    }
    for (const [objective, { value, kind }] of trial.values.entries()) {
      insertValue.run(id, objective, value, kind)
    }
    for (const { step, value, kind } of trial.intermediate)
      insertIntermediate.run(id, step, value, kind)
    insertAttributes(database, 'trial_user_attributes', 'trial_id', id, trial.userAttributes)
    insertAttributes(database, 'trial_system_attributes', 'trial_id', id, trial.systemAttributes)
  }
}

function insertAttributes(
  database: SqliteDatabase.Database,
  table: string,
  owner: 'study_id' | 'trial_id',
  id: number,
  attributes: Readonly<Record<string, string>>,
): void {
  const entries = Object.entries(attributes)
  if (entries.length === 0) return
  const insert = database.prepare(
    `INSERT INTO ${table} (${owner}, "key", value_json) VALUES (?, ?, ?)`,
  )
  for (const [key, value] of entries) insert.run(id, key, value)
}
