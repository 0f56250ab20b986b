import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import type { OptunaChange, OptunaGroup } from '../contract/optuna-storage.ts'
import { AppError } from '../contract/errors.ts'
import { fact } from '../contract/fact.ts'
import { flushFolderSync, renameOverSync } from '../files/durable.ts'

/** Written in advance, so that a group changes neither the size nor the place of the file: then its flush costs the least. */
const FILE_BYTES = 4 * 1024 * 1024
/** Where everything has reached the database, it begins at the front again beyond this place. */
const REWIND_BYTES = FILE_BYTES / 2
/** Length and checksum of what follows; then number and moment of the group. */
const HEAD_BYTES = 8
const NUMBERS_BYTES = 16

/** Beside the database: what programs of Optuna were told and the database does not hold yet. */
export function optunaLogPath(databasePath: string): string {
  return `${databasePath}-optuna`
}

/**
 * Groups of changes, each on disk before its program is answered. SQLite flushes a file with its time of change, which costs several
 * times as much; so this log is what answers wait for, and the database follows in larger groups. Numbers of groups have no gaps: what is left of
 * an earlier round behind the last group is none.
 */
export class OptunaLog {
  readonly #path: string
  readonly #file: number
  readonly #fileId: number
  #sequence: number
  #place = 0

  /** @param sequence number before that of the first group @throws as the file system does */
  constructor(databasePath: string, sequence: number) {
    const file = optunaLogPath(databasePath)
    // Whoever may read the database may read this.
    this.#path = file
    this.#file = openSync(file, 'w', statSync(databasePath).mode)
    this.#fileId = fstatSync(this.#file).ino
    this.#sequence = sequence
    this.#write(Buffer.alloc(FILE_BYTES), 0)
    fsyncSync(this.#file)
    flushFolderSync(path.dirname(file))
  }

  /**
   * The group is on disk when this returns.
   * @throws AppError `child.gone` once another session has taken the log over; else as the file system does; then nothing was added
   */
  append(changes: readonly OptunaChange[], atMs: number): OptunaGroup {
    const sequence = this.#sequence + 1
    const content = serialize(changes)
    const bytes = Buffer.alloc(HEAD_BYTES + NUMBERS_BYTES)
    bytes.writeUInt32LE(content.length, 0)
    bytes.writeDoubleLE(sequence, HEAD_BYTES)
    bytes.writeDoubleLE(atMs, HEAD_BYTES + 8)
    bytes.writeUInt32LE(crc32(content, crc32(bytes.subarray(HEAD_BYTES))), 4)
    const group = Buffer.concat([bytes, content])
    this.#write(group, this.#place)
    fdatasyncSync(this.#file)
    // Its owner was killed, and the next one reads what is there: what comes later nobody would read.
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#fileId) {
      throw new AppError('child.gone', {
        child: 'optuna-storage',
        reason: fact('failure.child.stopped'),
      })
    }
    this.#place += group.length
    this.#sequence = sequence
    return { sequence, atMs, changes }
  }

  /** All groups are in the database. */
  rewind(): void {
    if (this.#place > REWIND_BYTES) this.#place = 0
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(bytes: Buffer, place: number): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, place + done)
    }
  }
}

/**
 * Takes the log away from the process that writes it, if that lives still: from now on it answers nobody.
 * @returns the file to read, which stays until it is removed; null where there is none
 */
export function takeOptunaLog(databasePath: string): string | null {
  const [log, taken] = [optunaLogPath(databasePath), `${optunaLogPath(databasePath)}-taken`]
  if (existsSync(taken)) return taken
  if (!existsSync(log)) return null
  renameOverSync(log, taken)
  flushFolderSync(path.dirname(log))
  return taken
}

/**
 * What a process that was killed had answered and not handed over yet.
 * @param after number of the last group that the database holds; a log that does not join it belongs to another state of the database
 */
export function readOptunaLog(file: string, after: number): OptunaGroup[] {
  const bytes = readFileSync(file)
  const groups: OptunaGroup[] = []
  for (let place = 0, last: number | null = null; ;) {
    const content = place + HEAD_BYTES + NUMBERS_BYTES
    if (content > bytes.length) return groups
    const end = content + bytes.readUInt32LE(place)
    const isWhole =
      end <= bytes.length &&
      crc32(bytes.subarray(place + HEAD_BYTES, end)) === bytes.readUInt32LE(place + 4)
    const sequence = bytes.readDoubleLE(place + HEAD_BYTES)
    if (!isWhole || (last === null ? sequence > after + 1 : sequence !== last + 1)) return groups
    if (sequence > after) {
      const changes = deserialize(bytes.subarray(content, end)) as OptunaChange[]
      groups.push({ sequence, atMs: bytes.readDoubleLE(place + HEAD_BYTES + 8), changes })
    }
    last = sequence
    place = end
  }
}
