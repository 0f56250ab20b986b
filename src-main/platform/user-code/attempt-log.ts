import { closeSync, openSync, readdirSync, writeSync } from 'node:fs'
import path from 'node:path'
import { isAppError } from '../../core/errors/errors.ts'
import { diskFullError } from '../../core/errors/unwritable.ts'
import type { AttemptLogText } from '../../core/study/user-code.ts'
import { readRegular } from '../files/read-regular.ts'
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
  const name = hasFailed ? lastTraining(directory, attempt) : String(attempt)
  const output = storedOutput(directory, name)
  return output === null ? null : { attempt, ...output }
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

/** The last training of an attempt that left output. */
function lastTraining(directory: string, attempt: number): string {
  const trainings = namesIn(directory).map(entry => {
    const [, of, training] = /^attempt-(\d+)\.(\d+)\.output\.\d{12}$/.exec(entry) ?? []
    return Number(of) === attempt ? Number(training) : 1
  })
  const last = trainings.reduce((most, training) => Math.max(most, training), 1)
  return last === 1 ? String(attempt) : `${attempt}.${last}`
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
    .sort()
    .map(entry => ({
      path: path.join(directory, entry),
      offset: Number(entry.slice(name.length + 1)),
    }))
}
