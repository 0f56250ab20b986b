import { maskedCrc } from '../../../../core/values/checksums.ts'
import { double, type Field, float, integer, message, nested, text } from './protobuf.ts'

/** What TensorBoard shows of one step. */
export interface ScalarEvent {
  readonly atMs: number
  readonly step: number
  readonly tag: string
  readonly value: number
}

/** A summary of a plugin: `content` is a message of that plugin. */
export interface PluginEvent {
  readonly atMs: number
  readonly tag: string
  readonly plugin: string
  readonly content: Buffer
}

/** `DT_FLOAT` of TensorFlow's types, and `DATA_CLASS_TENSOR` of TensorBoard's. */
const DT_FLOAT = 1
const DATA_CLASS_TENSOR = 2

/** An empty tensor: TensorBoard drops values of plugins that have none. */
const emptyTensor = message(integer(1, DT_FLOAT), nested(2, nested(2, integer(1, 0))))

/**
 * An event file (`tensorflow/core/util/event.proto`, `summary.proto`): TFRecords of one event each, the first of which says the
 * version of the file.
 */
export function writeEventFile(
  startedAtMs: number,
  plugins: readonly PluginEvent[],
  scalars: readonly ScalarEvent[],
): Buffer {
  const records = [
    event(startedAtMs, 0, text(3, 'brain.Event:2')),
    ...plugins.map(({ atMs, tag, plugin, content }) => {
      const data = message(text(1, plugin), nested(2, content))
      const metadata = message(nested(1, data), integer(4, DATA_CLASS_TENSOR))
      const value = message(text(1, tag), nested(8, emptyTensor), nested(9, metadata))
      return event(atMs, 0, nested(5, nested(1, value)))
    }),
    ...scalars.map(({ atMs, step, tag, value }) =>
      event(atMs, step, nested(5, nested(1, message(text(1, tag), float(2, value))))),
    ),
  ]
  return Buffer.concat(records.map(tfRecord))
}

function event(atMs: number, step: number, content: Field): Buffer {
  return message(double(1, atMs / 1_000), integer(2, step), content)
}

/** Length, checksum of the length, data, checksum of the data (`tensorflow/core/lib/io/record_writer.h`). */
function tfRecord(data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(BigInt(data.length), 0)
  head.writeUInt32LE(maskedCrc(head.subarray(0, 8)), 8)
  const tail = Buffer.alloc(4)
  tail.writeUInt32LE(maskedCrc(data))
  return Buffer.concat([head, data, tail])
}
