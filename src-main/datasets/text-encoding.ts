import { msg } from '../core/errors/message.ts'
import { Transform, type TransformCallback } from 'node:stream'
import {
  type TableEncoding,
  type TableFormat,
  RECORD_LIMIT_BYTES,
  recordLimitRule,
} from '../core/data/table-format.ts'
import { AppError } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { sizeError, SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'

const NEW_LINE = 0x0a
/** Text in UTF-16 has this share of zero bytes at every second place, if most of it is ASCII. */
const ZERO_SHARE = 0.3

/** Tab, ends of lines and of pages, escape. */
const textControls: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d, 0x1b]
/** Random bytes have 11 % of the other control characters. */
const CONTROL_SHARE = 0.02

const marks: readonly (readonly [TableEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/**
 * The encoding that the first bytes of a text tell: by a byte order mark, by the zeros of UTF-16, else
 * UTF-8. Other encodings cannot be told apart with certainty, so they are never guessed.
 */
export function inferEncoding(start: Uint8Array): TableEncoding {
  for (const [encoding, mark] of marks) {
    if (mark.every((byte, index) => start[index] === byte)) return encoding
  }
  const zeros = [0, 0]
  for (const [index, byte] of start.entries()) {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  }
  const [even = 0, odd = 0] = zeros.map(count => (2 * count) / Math.max(1, start.length))
  if (odd >= ZERO_SHARE && even < ZERO_SHARE / 10) return 'utf-16le'
  if (even >= ZERO_SHARE && odd < ZERO_SHARE / 10) return 'utf-16be'
  return 'utf-8'
}

/**
 * Passes text on as UTF-8 while it is in the encoding, not too long in all, and no line is longer than a
 * record may be.
 */
export function decodeStream(
  path: string,
  encoding: TableEncoding,
  setting: TableFormat['encoding'],
): Transform {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const wide = encoding.startsWith('utf-16')
  let bytes = 0
  let line = 1
  /** Bytes since the last end of line. */
  let partialLine: Buffer = Buffer.alloc(0)

  function decode(chunk: Buffer | undefined): string {
    let text: string
    try {
      text = decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      if (isBinary(chunk ?? partialLine)) throw notTextError(path)
      const wrong = wide ? line : line + linesBefore(chunk)
      throw encodingError(path, encoding, setting, wrong)
    }
    if (chunk === undefined) return text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line++
    const end = chunk.lastIndexOf(NEW_LINE)
    partialLine = end < 0 ? Buffer.concat([partialLine, chunk]) : chunk.subarray(end + 1)
    if (partialLine.length > RECORD_LIMIT_BYTES)
      throw invalidData(path, 'record', `> ${RECORD_LIMIT_BYTES}`, recordLimitRule, line)
    return text
  }

  /** Whole lines before the one with the first wrong byte. */
  function linesBefore(chunk: Buffer | undefined): number {
    const all = chunk === undefined ? partialLine : Buffer.concat([partialLine, chunk])
    for (let start = 0, count = 0; start < all.length; count++) {
      const end = all.indexOf(NEW_LINE, start)
      const part = all.subarray(start, end < 0 ? all.length : end)
      try {
        new TextDecoder(encoding, { fatal: true }).decode(part, { stream: end < 0 })
      } catch {
        return count
      }
      if (end < 0) return count
      start = end + 1
    }
    return 0
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      bytes += chunk.length
      try {
        if (bytes > SOURCE_FILE_LIMIT_BYTES) throw sizeError(path, bytes)
        const text = decode(chunk)
        done(null, encoding === 'utf-8' ? chunk : Buffer.from(text))
      } catch (error) {
        done(error as AppError)
      }
    },
    flush(done: TransformCallback) {
      try {
        decode(undefined)
        done()
      } catch (error) {
        done(error as AppError)
      }
    },
  })
}

/** Whether bytes have a zero or many other control characters, as no text in an encoding of bytes does. */
function isBinary(bytes: Uint8Array): boolean {
  const controls = bytes.filter(byte => byte < 0x20 && !textControls.includes(byte))
  return controls.includes(0) || controls.length > CONTROL_SHARE * bytes.length
}

function notTextError(path: string): AppError {
  return invalidData(path, 'content', 'binary', msg('rule.textFile'))
}

function encodingError(
  path: string,
  encoding: TableEncoding,
  setting: TableFormat['encoding'],
  line: number,
): AppError {
  return invalidData(
    path,
    'encoding',
    encoding,
    msg('rule.encoding', {
      encoding,
      ...(setting === 'auto' ? { setting: 'encoding' } : {}),
    }),
    line,
  )
}
