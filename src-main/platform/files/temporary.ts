import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { renameOverSync } from './durable.ts'
import { removeEntry, removeEntrySync, removeWithin } from './remove.ts'

/** With what SQLite and our lock write beside a database that has such a name. */
const part = /\.(\d+)-[0-9a-f]{8}\.part(?:\.lock)?(?:-journal|-wal|-shm)?$/

/**
 * A name beside a file or folder that is about to be written: the one place that makes temporary names. It belongs to this process and to
 * this call, so that two writers of one file never meet.
 */
export function temporaryBeside(target: string): string {
  return `${target}.${process.pid}-${randomBytes(4).toString('hex')}.part`
}

/** Of a file that was under way when its writer was killed. */
export function isTemporaryName(name: string): boolean {
  return part.test(name)
}

/** Removes what processes left that were killed while they wrote this file or folder. */
export function removePartsOf(target: string): void {
  removePartsIn(path.dirname(target), name => name === path.basename(target))
}

/** The same for every file of a folder whose name `isOurs` takes. */
export function removePartsIn(folder: string, isOurs: (name: string) => boolean): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const match = part.exec(name)
    if (match === null || isRunning(Number(match[1])) || !isOurs(name.slice(0, match.index))) {
      continue
    }
    removeEntrySync(path.join(folder, name))
  }
}

/** The same for every file of a folder and of the folders in it, however deep; takes a while where there are many. */
export async function removePartsBelow(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const { name, parentPath } of entries) {
    const pid = part.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid)))
      await removeEntry(path.join(parentPath, name)).catch(() => undefined)
  }
}

const workName = /^\.([a-z]+)-(\d+)$/

/** Place of a folder in which this process does some work, e.g. `.installing-4711`: unlike {@link temporaryBeside}, the same for each call. */
export function workFolderIn(folder: string, name: string): string {
  return path.join(folder, `.${name}-${process.pid}`)
}

/** Removes what processes left in a folder that were killed during some of these works. */
export async function removeWorkOfOthers(folder: string, names: readonly string[]): Promise<void> {
  for (const entry of await readdir(folder)) {
    const [, name = '', pid] = workName.exec(entry) ?? []
    if (!names.includes(name) || isRunning(Number(pid))) continue
    await removeWithin(folder, path.join(folder, entry))
  }
}

/** Who may do what with a new file. */
interface Rights {
  readonly mode?: number
  /** Narrows the rights of the empty file where a mode is not enough. */
  readonly restrict?: (file: string) => void
}

/**
 * Replaces a file as a whole and flushes it: at any moment it is the old one or the new one. Missing folders are made.
 * @throws as the file system does
 */
export function replaceFileSync(
  target: string,
  content: string | Uint8Array,
  { mode, restrict }: Rights = {},
): void {
  const written = temporaryBeside(target)
  try {
    removePartsOf(target)
    mkdirSync(path.dirname(target), { recursive: true })
    const file = openSync(written, 'wx', mode)
    try {
      restrict?.(written)
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameOverSync(written, target)
  } catch (error) {
    removeEntrySync(written)
    throw error
  }
}

const MAX_TRIES = 5
const RETRY_DELAY_MS = 200
/** A process in another container cannot be seen, but may share this folder. */
const ABANDONED_AFTER_MS = 86_400_000
const temporaryName = /^tunewright-[a-z-]+-(\d+)-[A-Za-z0-9]{6}$/
const open = new Set<string>()

function removeOpen(): void {
  for (const folder of open) {
    try {
      removeEntrySync(folder)
    } catch {
      // It goes when another one is made.
    }
  }
}

process.on('exit', removeOpen)

let followsSignals = false

/** A signal that nobody else takes ends this process as it would have, but without leaving folders. */
function followSignals(): void {
  if (followsSignals) return
  followsSignals = true
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGBREAK'] as const) {
    const end = (): void => {
      if (process.listenerCount(signal) > 1) return
      removeOpen()
      process.off(signal, end)
      // Windows gives the signals of a console, but sends none: whoever sends SIGHUP there fails.
      process.kill(process.pid, process.platform === 'win32' ? 'SIGTERM' : signal)
    }
    process.on(signal, end)
  }
}

/**
 * Gives a new folder for temporary files and removes it when `work` has ended, or with this process. Folders of processes that were
 * killed go a day later, when the next one is made.
 * @param purpose part of its name
 */
export async function inTemporaryFolder<Result>(
  purpose: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = temporaryFolder(purpose)
  try {
    return await work(folder)
  } finally {
    await removeTemporaryFolder(folder)
  }
}

/** A new folder for temporary files, which goes with this process; see {@link inTemporaryFolder}. */
export function temporaryFolder(purpose: string): string {
  removeLeftovers()
  followSignals()
  const folder = mkdtempSync(path.join(tmpdir(), `tunewright-${purpose}-${process.pid}-`))
  open.add(folder)
  return folder
}

/**
 * Removes a folder of {@link temporaryFolder}. A program that has just ended may still hold files for a moment. One that stays goes with
 * this process, or later.
 */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      await removeEntry(folder)
      open.delete(folder)
      return
    } catch {
      await setTimeout(RETRY_DELAY_MS)
    }
  }
}

function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = temporaryName.exec(name)?.[1]
    if (pid === undefined || isRunning(Number(pid))) continue
    const folder = path.join(tmpdir(), name)
    try {
      if (Date.now() - statSync(folder).mtimeMs > ABANDONED_AFTER_MS) removeEntrySync(folder)
    } catch {
      // It is gone, or belongs to another user.
    }
  }
}

/** Whether a process that has not ended has this id, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether it has ended, and its parent has not asked for that yet: in a container without an init nobody ever does. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

/** Whether a process runs that this user may end: the number of one that has ended may belong to somebody else's by now. */
export function isOwnProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
