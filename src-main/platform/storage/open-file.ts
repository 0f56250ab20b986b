import { type BigIntStats, existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import { AppError, isAppError, reasonOf } from '../../core/errors/errors.ts'
import { backUp } from './back-up.ts'
import { isShared } from './shared-file-systems.ts'

const LOOK_EVERY_MS = 200

type FolderState = Pick<BigIntStats, 'dev' | 'ino' | 'mtimeNs'>

/**
 * Watches that an open database is still the file at its path. SQLite goes on writing to a file that was removed, moved or replaced, and
 * nobody would find those rows again (https://sqlite.org/howtocorrupt.html, 2.4); while the file is open, everything in it can still be
 * copied.
 */
export class OpenFile {
  readonly #path: string
  readonly #handle: SqliteDatabase.Database
  readonly #identity: string | null
  /** Network file systems may change the number of a file; on them, only its existence is checked. */
  readonly #identify: (file: string) => string | null
  readonly #folder: string
  #lookedAtMs = Number.NEGATIVE_INFINITY
  /** The folder's state at the last look at the file. */
  #folderState: FolderState | undefined
  #moved: AppError<'database.moved'> | null = null

  constructor(path: string, handle: SqliteDatabase.Database) {
    this.#path = path
    this.#handle = handle
    this.#identify = isShared(path) ? presenceOf : identityOf
    this.#identity = this.#identify(path)
    this.#folder = folderOf(path)
  }

  /** @throws AppError `database.moved` where `requireInPlace` has thrown it before */
  refuseIfMoved(): void {
    if (this.#moved !== null) throw this.#moved
  }

  /**
   * To be called after each commit and before it is acknowledged. The first time that the file is gone, everything that was
   * committed is saved in a new file beside it, or in the folder for temporary files.
   * @param isEnd it looks where an entry of the folder has changed; otherwise, and on network file systems, every {@link LOOK_EVERY_MS}
   * @throws AppError `database.moved`
   */
  requireInPlace(isEnd: boolean): void {
    this.refuseIfMoved()
    const nowMs = performance.now()
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS && !(isEnd && this.#folderHasChanged())) return
    this.#lookedAtMs = nowMs
    if (this.#identity === null || this.#identify(this.#path) === this.#identity) return
    this.#moved = this.#rescue()
    throw this.#moved
  }

  /**
   * A look at the file itself makes Linux write its times at the next commit (multigrain timestamps), which costs a store 8 % of its
   * processor time; a look at its folder does not.
   */
  #folderHasChanged(): boolean {
    const before = this.#folderState
    const now = statSync(this.#folder, identityOptions)
    this.#folderState = now && { dev: now.dev, ino: now.ino, mtimeNs: now.mtimeNs }
    return (
      before === undefined ||
      before.dev !== now?.dev ||
      before.ino !== now.ino ||
      before.mtimeNs !== now.mtimeNs
    )
  }

  #rescue(): AppError<'database.moved'> {
    const folder = path.dirname(this.#path)
    const failures: unknown[] = []
    for (const target of [folder, tmpdir()].filter(existsSync).map(at => this.#freeName(at))) {
      try {
        backUp(this.#handle, target)
        return new AppError('database.moved', { path: this.#path, saved: target })
      } catch (error) {
        if (!isAppError(error)) throw error
        failures.push(error)
      }
    }
    const [cause] = failures
    const detail = { path: this.#path, saved: null, reason: reasonOf(cause) }
    return new AppError('database.moved', detail, cause)
  }

  /** `studies-saved.sqlite`, `studies-saved-2.sqlite` …: the first that nothing has. */
  #freeName(folder: string): string {
    const { name, ext } = path.parse(this.#path)
    for (let number = 1; ; number += 1) {
      const file = path.join(folder, `${name}-saved${number === 1 ? '' : `-${number}`}${ext}`)
      // A link that leads nowhere takes a name, too.
      if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return file
    }
  }
}

/** Numbers of files on Windows have 64 bits. */
const identityOptions = { bigint: true, throwIfNoEntry: false } as const

/** What tells a file from every other one that exists at the same time; null where there is none. */
function identityOf(file: string): string | null {
  const stats = statSync(file, identityOptions)
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`
}

/** The folder that has the file's entry, behind symbolic links. */
function folderOf(file: string): string {
  try {
    return path.dirname(realpathSync(file))
  } catch {
    return path.dirname(file)
  }
}

function presenceOf(file: string): string | null {
  return existsSync(file) ? 'present' : null
}
