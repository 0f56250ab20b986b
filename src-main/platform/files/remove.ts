import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs'
import path from 'node:path'
import { platform } from 'node:process'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { heldDelaysMs, waitSync } from './durable.ts'

/**
 * How long to wait before each further try: an entry may change its kind under our hands, and on Windows others hold files for a while.
 */
const delaysMs = platform === 'win32' ? heldDelaysMs : Array.from({ length: 49 }, () => 0)
/** Each level holds one file open. */
const MAX_DEPTH = 200
/** Entries between two turns of the event loop. */
const ENTRIES_PER_TURN = 64

/** Errors that a race with another process gives: look again. */
const changed = new Set(['ENOTDIR', 'EISDIR', 'ELOOP', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EBUSY'])
/** Of entries that were tried often enough: the folders around them are not tried again for these. */
const final = new WeakSet<object>()

/** Through an open folder: nobody can put another one in its place. */
const throughDescriptors = platform === 'linux' && existsSync('/proc/self/fd')

/**
 * Removes a file, a link or a folder with everything in it: the one place that deletes. Only what lies below `root` goes, whatever the
 * name says and whoever puts links in its way meanwhile: folders are opened one below the other without following links, and entries
 * are removed through the open folder (Linux), or after a look that the folder is still the same one (elsewhere). A link is removed
 * itself, never what it points to.
 * @param root may be a link itself
 * @returns false if `target` does not lie below `root`; then nothing was removed. What is not there counts as removed.
 * @throws what the file system says
 */
export function removeWithinSync(root: string, target: string): boolean {
  const steps = removal(root, target)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (step.value > 0) waitSync(step.value)
  }
}

/** {@link removeWithinSync} with turns for others in between. */
export async function removeWithin(root: string, target: string): Promise<boolean> {
  const steps = removal(root, target)
  for (let count = 1; ; count++) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (step.value > 0) await sleep(step.value)
    else if (count % ENTRIES_PER_TURN === 0) await setImmediate()
  }
}

/** An entry of a folder that was made or chosen by us, not named by a file. */
export async function removeEntry(target: string): Promise<void> {
  await removeWithin(path.dirname(path.resolve(target)), path.resolve(target))
}

/** An entry of a folder that was made or chosen by us, not named by a file. */
export function removeEntrySync(target: string): void {
  removeWithinSync(path.dirname(path.resolve(target)), path.resolve(target))
}

/** Between two of them others may have their turn, or must, for so many milliseconds. */
type Steps<Result> = Generator<number, Result, undefined>

function* removal(root: string, target: string): Steps<boolean> {
  const way = path.relative(path.resolve(root), path.resolve(target))
  const parts = way.split(path.sep)
  if (way === '' || path.isAbsolute(way) || parts[0] === '..' || way.includes('\0')) return false
  const folders: OpenFolder[] = []
  try {
    folders.push(new OpenFolder(realpathSync(root)))
    for (const part of parts.slice(0, -1)) {
      folders.push((folders.at(-1) as OpenFolder).folder(Buffer.from(part)))
    }
    yield* removeFrom(folders.at(-1) as OpenFolder, Buffer.from(parts.at(-1) as string), 0)
    return true
  } catch (error) {
    const code = codeOf(error)
    // A name that is too long names nothing.
    if (code === 'ENOENT' || code === 'ENAMETOOLONG') return true
    // A folder on the way is a link, or has become one.
    if (error instanceof NotOurs || code === 'ELOOP' || code === 'ENOTDIR') return false
    throw error
  } finally {
    for (const folder of folders) folder.close()
  }
}

function* removeFrom(folder: OpenFolder, name: Buffer, depth: number): Steps<void> {
  for (const delayMs of [...delaysMs, null]) {
    yield 0
    try {
      const stats = lstatSync(folder.at(name), { throwIfNoEntry: false })
      if (stats === undefined) return
      if (!stats.isDirectory()) {
        unlinkSync(folder.at(name))
        return
      }
      yield* empty(folder, name, depth)
      rmdirSync(folder.at(name))
      return
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT') return
      if (delayMs === null || !changed.has(code) || final.has(error as object)) {
        final.add(error as object)
        throw error
      }
      yield delayMs
    }
  }
}

function* empty(parent: OpenFolder, name: Buffer, depth: number): Steps<void> {
  if (depth === MAX_DEPTH) {
    const reason = msg('rule.atMost', { limit: MAX_DEPTH })
    throw new AppError('file.unwritable', { path: parent.path, reason })
  }
  const folder = parent.folder(name)
  try {
    for (const entry of folder.entries()) yield* removeFrom(folder, entry, depth + 1)
  } finally {
    folder.close()
  }
}

/** The folder is no longer where it was opened. */
class NotOurs extends Error {}

/** A folder that is no link. Names are bytes: programs may write what is no text. */
class OpenFolder {
  /** Real, as it was opened. */
  readonly path: string
  readonly #descriptor: number | null

  /** @param openPath where it is opened; default: its path */
  constructor(real: string, openPath: string | Buffer = real) {
    this.path = real
    // Windows opens no folders as files.
    this.#descriptor =
      platform === 'win32'
        ? null
        : openSync(openPath, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  }

  /** @throws `ELOOP` or `ENOTDIR` for a link */
  folder(name: Buffer): OpenFolder {
    const openPath = this.at(name)
    if (platform === 'win32' && lstatSync(openPath).isSymbolicLink()) throw new NotOurs()
    return new OpenFolder(path.join(this.path, name.toString()), openPath)
  }

  entries(): Buffer[] {
    return readdirSync(this.at(Buffer.from('.')), { encoding: 'buffer' })
  }

  /** A path of an entry; good for one operation. */
  at(name: Buffer): Buffer {
    if (throughDescriptors) {
      return Buffer.concat([Buffer.from(`/proc/self/fd/${this.#descriptor}/`), name])
    }
    this.#requireSame()
    return Buffer.concat([Buffer.from(this.path + path.sep), name])
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
  }

  #requireSame(): void {
    if (realpathSync(this.path) !== this.path) throw new NotOurs()
    if (this.#descriptor === null) return
    const [open, current] = [fstatSync(this.#descriptor), lstatSync(this.path)]
    if (open.dev !== current.dev || open.ino !== current.ino) throw new NotOurs()
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}
