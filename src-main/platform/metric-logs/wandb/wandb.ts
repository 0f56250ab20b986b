import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { crc32 } from '../../../core/values/checksums.ts'
import { setOwnValue } from '../../../core/values/named-values.ts'
import { parseJson } from '../../user-code/json-lines-reader.ts'
import { AppendedFile } from '../shared/appended-file.ts'
import type { FileMark } from '../shared/file-mark.ts'
import { pointsOf } from '../shared/logged-row.ts'
import { readFields } from '../shared/read-fields.ts'
import {
  type LoggedPoint,
  type LogReading,
  type MetricLogFormat,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

const FILE_HEADER_BYTES = 7
/** In this layout and with the checksum of zlib: W&B's `datastore.py` and `leveldb`. */
const BLOCK_BYTES = 32_768
const HEADER_BYTES = 7
const MAX_RECORD_BYTES = 16 * 1024 * 1024
const FULL = 1
const FIRST = 2
/** Of a middle fragment it is 3. */
const LAST = 4

/** What W&B adds to a row by itself. */
const addedNames = new Set(['_timestamp', '_runtime', '_wandb'])

/** Runs of W&B, offline ones too: a log of LevelDB, with a message of its protocol in each record. */
export const wandb: MetricLogFormat = { open: (file, mark) => new RunFileReader(file, mark) }

/** Reads a run from its beginning. @param onRecord gets every record as it stands there */
export function openRecords(file: string, onRecord: (record: Uint8Array) => void): MetricLogReader {
  return new RunFileReader(file, null, onRecord)
}

class RunFileReader implements MetricLogReader {
  readonly #file: AppendedFile
  readonly #onRecord: (record: Uint8Array) => void
  /** Of a record whose end has not been read; null: it is too long, or its beginning is missing. */
  #parts: Buffer[] | null = []
  /** Of all parts; summed up anew for each, a record of empty parts would take forever. */
  #partBytes = 0

  constructor(
    file: string,
    mark: FileMark | null,
    onRecord: (record: Uint8Array) => void = ignore,
  ) {
    this.#file = new AppendedFile(file, mark)
    this.#onRecord = onRecord
  }

  read(): LogReading {
    const read = this.#file.next()
    if (read === null) return nothingNew
    const { bytes, offset, isRestarted } = read
    if (isRestarted) this.#begin()
    const points: LoggedPoint[] = []
    let problem: MessageDescriptor | null = null
    let at = offset === 0 ? FILE_HEADER_BYTES : 0
    while (bytes.length - at >= HEADER_BYTES) {
      const room = BLOCK_BYTES - ((offset + at) % BLOCK_BYTES)
      if (room < HEADER_BYTES) {
        at += room
        continue
      }
      const length = bytes.readUInt16LE(at + 4)
      const type = bytes[at + 6] ?? 0
      const end = at + HEADER_BYTES + length
      if (end > bytes.length) break
      if (
        bytes.readUInt32LE(at) !== crc32(bytes.subarray(at + 6, end)) ||
        type < FULL ||
        type > LAST
      ) {
        problem = msg('failure.metricLog.damaged', { offset: offset + at })
        break
      }
      const record = this.#join(type, bytes.subarray(at + HEADER_BYTES, end))
      if (record !== null) {
        this.#onRecord(record)
        points.push(...historyOf(record))
      }
      at = end
    }
    return { points, hasMore: this.#file.take(read, Math.min(at, bytes.length)), problem }
  }

  #begin(): void {
    this.#parts = []
    this.#partBytes = 0
  }

  /** The record that a fragment ends; null: none. */
  #join(type: number, fragment: Buffer): Buffer | null {
    if (type === FULL) return fragment
    if (type === FIRST) this.#begin()
    const parts = this.#parts
    if (parts === null) return null
    if (fragment.length > 0) parts.push(Buffer.from(fragment))
    this.#partBytes += fragment.length
    if (this.#partBytes > MAX_RECORD_BYTES) {
      this.#parts = null
      return null
    }
    if (type !== LAST) return null
    this.#parts = null
    return Buffer.concat(parts)
  }
}

function ignore(): void {
  // Metrics are all that is wanted.
}

/** The row of a record; nothing for records of other kinds. */
function historyOf(record: Uint8Array): LoggedPoint[] {
  const row: Record<string, unknown> = {}
  let step: number | null = null
  try {
    readFields(record, {
      2: history => {
        readFields(history.bytes(), {
          1: item => {
            const { name, json } = itemOf(item.bytes())
            if (!addedNames.has(name)) setOwnValue(row, name, parseJson(json))
          },
          2: number => {
            readFields(number.bytes(), {
              1: value => {
                step = Number(value.int64())
              },
            })
          },
        })
      },
    })
  } catch {
    return []
  }
  // The script's own step may be a metric beside W&B's.
  if (step !== null) row['_step'] ??= step
  const points = pointsOf('_step' in row ? { ...row, step: undefined } : row)
  const further = row['step']
  return typeof further === 'number' && '_step' in row
    ? [...points, { name: 'step', step: Number(row['_step']), value: further }]
    : points
}

/** A value of a row or a configuration, by its name. */
export function itemOf(bytes: Uint8Array): { name: string; json: string } {
  let name = ''
  const nested: string[] = []
  let json = ''
  readFields(bytes, {
    1: reader => {
      name = reader.string()
    },
    2: reader => {
      nested.push(reader.string())
    },
    16: reader => {
      json = reader.string()
    },
  })
  return { name: name === '' ? nested.join('/') : name, json }
}
