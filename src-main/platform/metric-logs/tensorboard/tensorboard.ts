import { readdirSync } from 'node:fs'
import path from 'node:path'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { maskedCrc } from '../../../core/values/checksums.ts'
import { AppendedFile, MAX_READ_BYTES } from '../shared/appended-file.ts'
import type { FileMark } from '../shared/file-mark.ts'
import { readFields } from '../shared/read-fields.ts'
import {
  type LoggedPoint,
  type LogReading,
  type MetricLogFormat,
  type MetricLogReader,
  nothingNew,
} from '../metric-log.ts'

const HEAD_BYTES = 12
const TAIL_BYTES = 4

/** Scalars of TensorBoard's event files: TFRecords of one event each. */
export const tensorboard: MetricLogFormat = {
  open: (file, mark) => new EventFileReader(file, mark),
}

/** Reads an event file from its beginning. @param onEvent gets every event as it stands there */
export function openEvents(file: string, onEvent: (event: Uint8Array) => void): MetricLogReader {
  return new EventFileReader(file, null, onEvent)
}

class EventFileReader implements MetricLogReader {
  readonly #file: AppendedFile
  readonly #prefix: string
  readonly #onEvent: (event: Uint8Array) => void

  constructor(file: string, mark: FileMark | null, onEvent: (event: Uint8Array) => void = ignore) {
    this.#onEvent = onEvent
    this.#file = new AppendedFile(file, mark)
    this.#prefix = prefixOf(file)
  }

  read(): LogReading {
    const read = this.#file.next()
    if (read === null) return nothingNew
    const { bytes, offset, size } = read
    const points: LoggedPoint[] = []
    let at = 0
    let problem: MessageDescriptor | null = null
    while (bytes.length - at >= HEAD_BYTES) {
      const head = bytes.subarray(at, at + 8)
      if (bytes.readUInt32LE(at + 8) !== maskedCrc(head)) {
        // Not written yet, or never: it stays until the file changes.
        problem = msg('failure.metricLog.damaged', { offset: offset + at })
        break
      }
      const length = Number(bytes.readBigUInt64LE(at))
      const end = at + HEAD_BYTES + length + TAIL_BYTES
      if (end > bytes.length) {
        const isWhole = offset + end <= size
        // A picture or a graph.
        if (isWhole && end - at > MAX_READ_BYTES) at = end
        break
      }
      const data = bytes.subarray(at + HEAD_BYTES, end - TAIL_BYTES)
      if (bytes.readUInt32LE(end - TAIL_BYTES) !== maskedCrc(data)) {
        problem = msg('failure.metricLog.damaged', { offset: offset + at })
        if (offset + end === size) break
      } else {
        this.#onEvent(data)
        for (const { name, step, value } of scalarsOf(data))
          points.push({ name: `${this.#prefix}${name}`, step, value })
      }
      at = end
    }
    return { points, hasMore: this.#file.take(read, at), problem }
  }
}

function ignore(): void {
  // Scalars are all that is wanted.
}

/**
 * Runs that belong together lie in folders of one parent: Keras has `train` and `validation`, PyTorch's `add_scalars` a folder for each curve.
 * They use the same tags, so that the folder is a part of the name.
 */
function prefixOf(file: string): string {
  const folder = path.dirname(file)
  const folderName = path.basename(folder)
  if (/^(?:train(?:ing)?|val(?:id(?:ation)?)?|test|eval(?:uation)?|dev)$/i.test(folderName))
    return `${folderName}/`
  try {
    const siblings = readdirSync(path.dirname(folder))
    return siblings.some(entry => entry.includes('tfevents')) ? `${folderName}/` : ''
  } catch {
    return ''
  }
}

function scalarsOf(data: Uint8Array): LoggedPoint[] {
  let step = 0
  let summary: Uint8Array | null = null
  const points: LoggedPoint[] = []
  try {
    readFields(data, {
      2: reader => {
        step = Number(reader.int64())
      },
      5: reader => {
        summary = reader.bytes()
      },
    })
    if (summary === null) return []
    readFields(summary, {
      1: reader => {
        const point = scalarOf(reader.bytes())
        if (point !== null) points.push({ ...point, step })
      },
    })
  } catch {
    // Its checksum is right, so that somebody meant something else by it.
    return points
  }
  return points
}

function scalarOf(bytes: Uint8Array): { name: string; value: number } | null {
  let name = ''
  let value: number | null = null
  let plugin = ''
  readFields(bytes, {
    1: reader => {
      name = reader.string()
    },
    2: reader => {
      value = shortest(reader.float())
    },
    8: reader => {
      value ??= tensorValue(reader.bytes())
    },
    9: reader => {
      readFields(reader.bytes(), {
        1: metadata =>
          readFields(metadata.bytes(), {
            1: text => {
              plugin = text.string()
            },
          }),
      })
    },
  })
  return value === null || name === '' || !['', 'scalars'].includes(plugin) ? null : { name, value }
}

/** A tensor of a single number; null for any other. */
function tensorValue(bytes: Uint8Array): number | null {
  let type = 0
  let content: Uint8Array = new Uint8Array()
  let value: number | null = null
  readFields(bytes, {
    1: reader => {
      type = reader.uint32()
    },
    4: reader => {
      content = reader.bytes()
    },
    5: reader => {
      const packed = Buffer.from(reader.bytes())
      if (packed.length === 4) value = shortest(packed.readFloatLE())
    },
    6: reader => {
      const packed = Buffer.from(reader.bytes())
      if (packed.length === 8) value = packed.readDoubleLE()
    },
  })
  const buffer = Buffer.from(content)
  if (type === 1 && buffer.length === 4) return shortest(buffer.readFloatLE())
  if (type === 2 && buffer.length === 8) return buffer.readDoubleLE()
  return value
}

/** The shortest decimal that is the same 32-bit number: 0.1 in place of 0.10000000149011612. */
function shortest(value: number): number {
  if (!Number.isFinite(value)) return value
  for (let digits = 6; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return rounded
  }
  return value
}
