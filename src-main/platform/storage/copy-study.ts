import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import { msg, verbatim } from '../../core/errors/message.ts'
import { partsOf } from '../files/own-path.ts'
import { StoredValueError, withDatabaseErrors } from './database-errors.ts'
import { openDatabase, type StoreDatabase } from './database.ts'
import { StoredFiles } from './stored-files.ts'
import { copyStudyRows, type FileTable, type StudyCopy } from './study-rows.ts'
import { foldersOf } from './workspace.ts'

/** A file or folder that a row of a study names. */
export interface StudyFile {
  readonly table: FileTable
  /** Where it lies. */
  readonly file: string
  /** In the folder of the study, relative, with `/`. */
  readonly way: string
  readonly bytes: number
  readonly sha256: string
}

/** How a study is taken over from a copy. */
export interface AdoptedStudy {
  /** Here; null for its own. */
  readonly name: string | null
  readonly atMs: number
  /** Moves its files to where its id leads. */
  readonly moveFiles: (studyId: number) => void
}

/** The id of the study in a copy that holds no other. */
const ONLY_STUDY = 1

/** Writes one study into a new database file. @returns its files */
export function copyStudy(source: StoreDatabase, study: number, file: string): StudyFile[] {
  const ways = new Map<string, string>()
  const target = openDatabase(file, { isShared: true })
  try {
    target.write(() =>
      copyStudyRows({
        from: source.handle,
        to: target.handle,
        study,
        pathOf: (table, stored, studyId) => {
          const way = wayOf(stored, study, ways.size)
          ways.set(`${table}/${stored}`, way)
          return `${studyId}/${way}`
        },
      }),
    )
    return filesOf(source, study, ways)
  } finally {
    target.close()
  }
}

/**
 * Takes the one study of a copy over, within a transaction.
 * @param name null for its own
 * @returns its id
 * @throws AppError `study.exists`
 */
export function adoptRows(
  source: StoreDatabase,
  target: StoreDatabase,
  name: string | null,
): number {
  const { from, to } = { from: source.handle, to: target.handle }
  const called = name ?? nameOf(source)
  if (to.prepare('SELECT 1 FROM studies WHERE name = ?').get(called) !== undefined) {
    throw new AppError('study.exists', { study: called })
  }
  const copy: StudyCopy = {
    from,
    to,
    study: ONLY_STUDY,
    name: called,
    pathOf: (table, stored, studyId) => {
      const relativePath = ownWay(stored, ONLY_STUDY)
      if (relativePath !== null) return `${studyId}/${relativePath}`
      throw new StoredValueError(
        msg('failure.pathOutside', { column: `${table}.path`, path: stored.slice(0, 200) }),
      )
    },
  }
  const last = to.prepare<[], number>('SELECT coalesce(max(id), 0) FROM datasets').pluck().get()
  const id = withinRules(() => {
    const copied = copyStudyRows(copy)
    // Paths that a bundle names are not opened by it.
    to.prepare(
      `UPDATE datasets SET sources = (SELECT json_group_array(json_set(value, '$.isElsewhere', json('true')))
       FROM json_each(sources)) WHERE id > ?`,
    ).run(last)
    // What a bundle says of test rows counts for its study alone.
    to.prepare("UPDATE test_looks SET rows_name = 'bundle ' || rows_name WHERE study_id = ?").run(
      copied,
    )
    return copied
  })
  to.prepare(
    `UPDATE studies SET name = :called, specification = json_set(specification, '$.name', :called)
     WHERE id = :id AND json_extract(specification, '$.name') <> :called`,
  ).run({ called, id })
  return id
}

/** A row that breaks a rule of the schema is damage, since it is somebody else's. */
function withinRules<Result>(action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string }
    if (!code.startsWith('SQLITE_CONSTRAINT') && !(error instanceof SyntaxError)) throw error
    throw new StoredValueError(verbatim(message))
  }
}

/** The name of the only study. @throws AppError `database.corrupt` if there are several or none */
export function nameOf({ handle, path: file }: StoreDatabase): string {
  return withDatabaseErrors(file, () => {
    const names = handle.prepare<[], string>('SELECT name FROM studies LIMIT 2').pluck().all()
    const [name] = names
    if (name !== undefined && names.length === 1) return name
    throw new StoredValueError(msg('failure.studyCount', { count: names.length }))
  })
}

/** Trials are looked up by number as by place. @throws StoredValueError */
export function requireCounted(trials: readonly { readonly number: number }[]): void {
  const wrong = trials.findIndex(({ number }, index) => number !== index)
  if (wrong < 0) return
  const values = { column: 'trials.number', reason: msg('rule.equal', { value: wrong }) }
  throw new StoredValueError(msg('failure.column', values))
}

/** The rest of a path in the folder of a study; null for a path elsewhere. */
function ownWay(stored: string, study: number): string | null {
  const [first, ...innerParts] = partsOf(stored) ?? []
  return first === String(study) && innerParts.length > 0 ? innerParts.join('/') : null
}

/** A file elsewhere, of a database before format 9, gets a place of its own. */
function wayOf(stored: string, study: number, count: number): string {
  const relativePath = ownWay(stored, study)
  if (relativePath !== null) return relativePath
  const name = stored.split(/[/\\]/).at(-1) ?? ''
  return `elsewhere/${count}/${partsOf(name) === null ? 'file' : name}`
}

function filesOf(
  { path: database, handle }: StoreDatabase,
  study: number,
  ways: ReadonlyMap<string, string>,
): StudyFile[] {
  const folders = foldersOf(database)
  return (['artifacts', 'checkpoints'] as const).flatMap(table => {
    const files = new StoredFiles(`${table}.path`, folders[table])
    const rows = handle
      .prepare<[number], { path: string; bytes: number; sha256: string }>(
        `SELECT path, bytes, sha256 FROM ${table}
         WHERE trial_id IN (SELECT id FROM trials WHERE study_id = ?) ORDER BY id`,
      )
      .all(study)
    return rows.map(({ path: stored, bytes, sha256 }) => {
      const way = ways.get(`${table}/${stored}`) as string
      return { table, file: path.resolve(files.toFile(stored)), way, bytes, sha256 }
    })
  })
}
