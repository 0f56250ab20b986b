import { closeSync, lstatSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { isAppError } from '../../core/errors/errors.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import type { AttemptLogPart, AttemptLogText } from '../../core/study/user-code.ts'
import { openUnlinked, readRegular } from '../files/read-regular.ts'
import { removeEntrySync } from '../files/remove.ts'

/** Kept of the start, where programs say what they run on. */
const HEAD_BYTES = 256 * 1024
/** Kept of the end: one to two of these. */
const TAIL_BYTES = 384 * 1024
/** A segment may pass its end by one write, of the lines that came together. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024

/**
 * The output of one attempt, bounded: its start, and its end in segments of which the last two are kept. A segment
 * is named after the place of its first byte, so that a reader knows what is missing, also after a crash.
 */
export class AttemptLog {
  readonly #directory: string
  readonly #name: string
  #file: number
  #path: string
  #offset = 0
  #segmentEnd = HEAD_BYTES
  #tails: string[] = []

  /** @throws as the file system does */
  constructor(directory: string, attempt: string) {
    this.#directory = directory
    this.#name = `attempt-${attempt}.output`
    for (const old of segmentsOf(directory, this.#name)) removeEntrySync(old.path)
    this.#path = this.#segment(0)
    this.#file = openSync(this.#path, 'w', 0o600)
  }

  /** @throws AppError `disk.full`; else as the file system does */
  write(text: string): void {
    const bytes = Buffer.from(text)
    try {
      if (this.#offset + bytes.length > this.#segmentEnd && this.#offset > 0) this.#nextSegment()
      writeSync(this.#file, bytes)
    } catch (error) {
      throw diskFullError(error, this.#path, bytes.length) ?? error
    }
    this.#offset += bytes.length
  }

  close(): void {
    closeSync(this.#file)
  }

  #nextSegment(): void {
    closeSync(this.#file)
    this.#path = this.#segment(this.#offset)
    this.#file = openSync(this.#path, 'w', 0o600)
    this.#segmentEnd = this.#offset + TAIL_BYTES
    this.#tails.push(this.#path)
    if (this.#tails.length > 2) removeEntrySync(this.#tails.shift() as string)
  }

  #segment(offset: number): string {
    return path.join(this.#directory, `${this.#name}.${String(offset).padStart(12, '0')}`)
  }
}

/**
 * The part of an attempt's output that was kept; null if it left none.
 * @param hasFailed of its trainings the last one says why; else the first, which is judged, is shown
 */
export function readAttemptLog(
  directory: string,
  attempt: number,
  hasFailed = false,
): AttemptLogText | null {
  const name = nameOf(attempt, hasFailed ? lastTraining(directory, attempt) : 1)
  const output = storedOutput(directory, name)
  return output === null ? null : { attempt, ...output }
}

/**
 * What an attempt has written from a byte on, at most `limitBytes` of it: of more, the end. Characters are whole.
 * @param from where a reader stopped; null, or of another attempt or training: it begins anew
 * @returns null if it has left nothing yet
 */
export function readAttemptLogPart(
  directory: string,
  attempt: number,
  from: Omit<AttemptLogPart, 'text' | 'from'> | null,
  limitBytes: number,
): AttemptLogPart | null {
  const training = lastTraining(directory, attempt)
  const segments = segmentsOf(directory, `attempt-${nameOf(attempt, training)}.output`)
  const sizes = segments.map(({ path: file }) => sizeOf(file))
  const end = (segments.at(-1)?.offset ?? 0) + (sizes.at(-1) ?? 0)
  if (segments.length === 0) return null
  const since = from?.attempt === attempt && from.training === training ? from : null
  const begin = Math.min(end, Math.max(since?.to ?? 0, end - limitBytes))
  let first = end
  const parts: Buffer[] = []
  for (const [index, { path: file, offset }] of segments.entries()) {
    const size = sizes[index] ?? 0
    if (offset + size <= begin) continue
    const within = Math.max(0, begin - offset)
    // The middle that is not stored is skipped.
    if (parts.length === 0 || offset > first + bytesOf(parts)) {
      parts.length = 0
      first = offset + within
    }
    parts.push(readRange(file, within, size))
  }
  const bytes = Buffer.concat(parts)
  const lead = first === (since?.to ?? 0) ? 0 : leadingContinuation(bytes)
  const whole = bytes.subarray(lead, bytes.length - trailingPart(bytes))
  const start = first + lead
  return { attempt, training, text: whole.toString('utf8'), from: start, to: start + whole.length }
}

function bytesOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** It may have been removed meanwhile, as an old segment. */
function readRange(file: string, from: number, to: number): Buffer {
  let handle: number
  try {
    // A program may have put a pipe or a link there meanwhile.
    handle = openUnlinked(file)
  } catch {
    return Buffer.alloc(0)
  }
  try {
    const buffer = Buffer.alloc(Math.max(0, to - from))
    return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, from))
  } finally {
    closeSync(handle)
  }
}

/** Bytes of UTF-8 that go on a character from before. */
function leadingContinuation(bytes: Buffer): number {
  let count = 0
  while (count < Math.min(3, bytes.length) && ((bytes[count] ?? 0) & 0xc0) === 0x80) count++
  return count
}

/** Bytes of a character whose rest is not there yet. */
function trailingPart(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

/** The same, of an attempt by its name. */
export function storedOutput(
  directory: string,
  attempt: string,
): Omit<AttemptLogText, 'attempt'> | null {
  const segments = segmentsOf(directory, `attempt-${attempt}.output`)
  if (segments.length === 0) return null
  let text = ''
  let expected = 0
  let leftOutBytes = 0
  for (const { path: file, offset } of segments) {
    const bytes = segmentBytes(file)
    if (bytes === null) continue
    if (offset > expected) {
      leftOutBytes += offset - expected
      text += `\n[… ${offset - expected} bytes …]\n`
    }
    text += bytes.toString('utf8')
    expected = offset + bytes.length
  }
  return { text, leftOutBytes }
}

/** Null for what the program has put in the place of a segment. */
function segmentBytes(file: string): Buffer | null {
  try {
    return readRegular(file, MAX_SEGMENT_BYTES)
  } catch (error) {
    if (isAppError(error) || (error as NodeJS.ErrnoException).code === 'ELOOP') return null
    throw error
  }
}

/** The last training of an attempt that left output, from 1. */
function lastTraining(directory: string, attempt: number): number {
  const trainings = namesIn(directory).map(entry => {
    const [, of, training] = /^attempt-(\d+)\.(\d+)\.output\.\d{12}$/.exec(entry) ?? []
    return Number(of) === attempt ? Number(training) : 1
  })
  return trainings.reduce((most, training) => Math.max(most, training), 1)
}

function nameOf(attempt: number, training: number): string {
  return training === 1 ? String(attempt) : `${attempt}.${training}`
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function segmentsOf(directory: string, name: string): { path: string; offset: number }[] {
  return namesIn(directory)
    .filter(entry => entry.startsWith(`${name}.`) && /^\d{12}$/.test(entry.slice(name.length + 1)))
    .filter(
      entry => lstatSync(path.join(directory, entry), { throwIfNoEntry: false })?.isFile() === true,
    )
    .sort()
    .map(entry => ({
      path: path.join(directory, entry),
      offset: Number(entry.slice(name.length + 1)),
    }))
}
