import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import path from 'node:path'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import type { Moves } from '../files/moves.ts'
import { leadsInto, partsOf, storedWithin } from '../files/own-path.ts'
import { removeEntrySync } from '../files/remove.ts'
import { removePartsOf, temporaryBeside } from '../files/temporary.ts'
import { foldersOf, realPathOf } from './workspace.ts'
import { sqliteName } from './sqlite-name.ts'

const tables = ['artifacts', 'checkpoints'] as const
type FileTable = (typeof tables)[number]

/** A database that names files, and the folders that they lie in. */
interface FileSource {
  /** Null: every file at its place counts. */
  readonly databasePath: string | null
  readonly folders: Readonly<Record<FileTable, string>>
}

/** What a database knows. A key tells its row from one at the same place in another course of the same studies. */
interface NamedFiles {
  /** Keys by id. */
  readonly studies: ReadonlyMap<string, string>
  /** By `STUDY/NUMBER`. */
  readonly trials: ReadonlyMap<string, { readonly key: string; readonly isFinished: boolean }>
  readonly files: readonly {
    readonly table: FileTable
    readonly way: string
    readonly key: string
  }[]
}

/** @param databasePath where files are looked for that lie at absolute paths, as before format 9 */
export function namedFiles(handle: Database, databasePath: string): NamedFiles {
  const folders = foldersOf(databasePath)
  const studies = handle
    .prepare<[], [id: number, at: number]>('SELECT id, created_at_ms FROM studies')
    .raw()
    .all()
  const trials = handle
    .prepare<[], [string, string, number]>(
      `SELECT study_id || '/' || number, seed || '@' || started_at_ms, finished_at_ms IS NOT NULL FROM trials`,
    )
    .raw()
    .all()
  return {
    studies: new Map(studies.map(([id, at]) => [String(id), `${id}@${at}`])),
    trials: new Map(
      trials.map(([id, key, isFinished]) => [
        id,
        { key: `${id}@${key}`, isFinished: isFinished === 1 },
      ]),
    ),
    files: tables.flatMap(table =>
      !hasTable(handle, table)
        ? []
        : handle
            .prepare<[], [string, string]>(`SELECT path, sha256 FROM ${table}`)
            .raw()
            .all()
            .flatMap(([stored, sha256]) => {
              const way =
                partsOf(stored) === null && path.isAbsolute(stored) && !stored.includes('\0')
                  ? storedWithin(folders[table], realPathOf(stored))
                  : stored
              if (way === null || partsOf(way) === null) return []
              return [{ table, way, key: `${table}/${way}@${sha256}` }]
            }),
    ),
  }
}

/** The first formats knew no checkpoints. */
function hasTable(handle: Database, table: string): boolean {
  const statement = handle.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
  return statement.get(table) !== undefined
}

/**
 * The files of a database that takes the place of another one. The folders of the other one move beside it, and new ones take their
 * place, with what the restored database knows: hard links, or copies where they cannot be made. A file that a row names is written
 * beside its place and renamed, never changed, and those of a finished trial neither; what else lies with a trial may be written by
 * its program when it goes on, and is copied.
 */
export class RestoredFiles {
  readonly #named: NamedFiles
  readonly #databasePath: string
  readonly #folders: readonly {
    readonly table: FileTable
    /** Where the application looks for them. */
    readonly folder: string
    /** The folder itself, if a link stands at its place. */
    readonly real: string
    readonly partial: string
  }[]

  constructor(named: NamedFiles, databasePath: string) {
    this.#named = named
    this.#databasePath = databasePath
    this.#folders = tables.map(table => {
      const folder = foldersOf(databasePath)[table]
      const real = realPathOf(folder)
      removePartsOf(real)
      return { table, folder, real, partial: temporaryBeside(real) }
    })
  }

  /** Fills the new folders beside the old ones, which stay as they are. @param sources those that count first, first */
  prepare(sources: readonly FileSource[]): void {
    for (const { databasePath, folders } of sources) {
      if (!tables.some(table => existsSync(folders[table]))) continue
      const knows = databasePath === null ? () => true : this.#knowing(databasePath)
      for (const { table, partial } of this.#folders) {
        const root = folders[table]
        if (table === 'artifacts') this.#takeStudies(root, partial, knows)
        for (const file of this.#named.files) {
          const from = path.join(root, file.way)
          if (file.table !== table || !knows(file.key) || !leadsInto(root, from)) continue
          take(from, path.join(partial, file.way), true)
        }
      }
    }
  }

  /** Moves the old folders to where a database at `replacedPath` has its files, and the new ones to their place. */
  place(moves: Moves, replacedPath: string): void {
    const archiveFolders = foldersOf(replacedPath)
    // All of the old ones at once, so that they are apart for no longer than a rename.
    for (const { table, folder, real } of this.#folders) {
      moves.moveFolder(real, archiveFolders[table], folder !== real)
    }
    for (const { real, partial } of this.#folders) moves.move(partial, real)
  }

  /** Removes what was prepared and has no place. */
  close(): void {
    for (const { partial } of this.#folders) removeEntrySync(partial)
  }

  /** Of the studies of the restored database: folders of its trials, models of those that have ended, and whatever is not of a trial. */
  #takeStudies(root: string, partial: string, knows: (key: string) => boolean): void {
    for (const [study, key] of this.#named.studies) {
      if (!knows(key)) continue
      for (const name of entriesOf(path.join(root, study))) {
        const [from, to] = [root, partial].map(folder => path.join(folder, study, name)) as [
          string,
          string,
        ]
        if (name === 'models') this.#takeModels({ study, from, to, knows })
        // Those are shared by trials: rows say which ones are there.
        else if (name !== 'files') this.#takeTrial({ study, from, to, knows })
      }
    }
  }

  #takeTrial({ study, from, to, knows }: FolderOfStudy): void {
    const name = path.basename(from)
    const trial = this.#named.trials.get(`${study}/${name}`)
    const isOther = !/^\d+$/.test(name)
    if (existsSync(to) || (trial === undefined ? !isOther : !knows(trial.key))) return
    take(from, to, trial?.isFinished ?? false)
  }

  /** A model of several trials may have been made of other ones of the same numbers; it is made again. */
  #takeModels({ study, from, to, knows }: FolderOfStudy): void {
    for (const name of entriesOf(from)) {
      const [number] = /^\d+/.exec(name) ?? []
      const trial = this.#named.trials.get(`${study}/${number}`)
      if (trial?.isFinished === true && knows(trial.key)) {
        take(path.join(from, name), path.join(to, name), true)
      }
    }
  }

  /** Which rows another database has. One that cannot be read knows none. */
  #knowing(file: string): (key: string) => boolean {
    try {
      const handle = new SqliteDatabase(sqliteName(file), { readonly: true })
      try {
        const { studies, trials, files } = namedFiles(handle, this.#databasePath)
        const keys = [...studies.values(), ...[...trials.values(), ...files].map(({ key }) => key)]
        const keySet = new Set(keys)
        return key => keySet.has(key)
      } finally {
        handle.close()
      }
    } catch {
      return () => false
    }
  }
}

interface FolderOfStudy {
  readonly study: string
  readonly from: string
  readonly to: string
  readonly knows: (key: string) => boolean
}

/** What is there already stays; what is not there is left out. */
function take(from: string, to: string, links: boolean): void {
  const stats = lstatSync(from, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (stats.isDirectory()) {
    makeFolderLike(from, to)
    for (const name of entriesOf(from)) take(path.join(from, name), path.join(to, name), links)
    return
  }
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return
  makeFolderLike(path.dirname(from), path.dirname(to))
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(from), to)
  else if (stats.isFile() && !(links && canLink(from, to))) {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
  }
}

/** With those above it that are missing, open to the same people. */
function makeFolderLike(from: string, to: string): void {
  if (existsSync(to)) return
  makeFolderLike(path.dirname(from), path.dirname(to))
  mkdirSync(to, { mode: (statSync(from).mode & 0o777) | 0o700 })
}

/** Not on every file system, not from one disk to another one, and not without end. */
function canLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Nothing was written there, or it is a file.
    return []
  }
}
