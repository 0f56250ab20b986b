import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError, messageOf } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import { readRegularWithin, withRegular } from '../../platform/files/read-within.ts'
import { renameOver } from '../../platform/files/durable.ts'
import { removeEntry } from '../../platform/files/remove.ts'
import { removePartsOf, temporaryBeside } from '../../platform/files/temporary.ts'

/**
 * Weights in the safetensors format, which every framework reads: the header's length as a
 * little-endian uint64, a JSON header (name → dtype, shape, [begin, end) within the data), then the
 * raw little-endian values without gaps. https://github.com/huggingface/safetensors#format
 */

/** A named tensor; what trainings call `NamedTensor`. */
export interface StoredTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

const LENGTH_BYTES = 8
/** The format's own limit. */
const HEADER_LIMIT_BYTES = 100_000_000
/** A buffer of Node must be able to hold it. */
export const MAX_WEIGHTS_BYTES = 2_000_000_000
const ALIGNMENT_BYTES = 8
/** Of the file, for errors. */
const FIELD = 'weightsPath'

const dtypes = { F32: Float32Array, I32: Int32Array } as const
type Dtype = keyof typeof dtypes
const VALUE_BYTES = 4

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
const metadataName = '__metadata__'

/**
 * Writes weights: to a temporary file beside the place, flushed to disk, then renamed, so that the
 * file is whole or absent. Missing folders are made.
 * @returns size and SHA-256 (hexadecimal) of the file
 * @throws AppError `file.unwritable`
 */
export async function writeWeightsFile(
  file: string,
  weights: readonly StoredTensor[],
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  return writeArtifactFile(file, encodeWeights(weights))
}

/**
 * Writes a file of a trial: whole or not at all.
 * @returns size and SHA-256 (hexadecimal) of the file
 * @throws AppError `file.unwritable`
 */
export async function writeArtifactFile(
  file: string,
  content: Uint8Array,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const temporary = temporaryBeside(file)
  try {
    removePartsOf(file)
    await mkdir(path.dirname(file), { recursive: true })
    {
      await using handle = await open(temporary, 'w')
      await handle.writeFile(content)
      await handle.sync()
    }
    await renameOver(temporary, file)
  } catch (error) {
    await removeEntry(temporary).catch(() => undefined)
    throw unwritable(file, error, content.byteLength)
  }
  return {
    bytes: content.byteLength,
    sha256: createHash('sha256').update(content).digest('hex'),
  }
}

/**
 * Reads weights in the order of the file, whose header is checked before any value is read: never more than the file has, nor more than is
 * needed.
 * @param maxValues numbers of all tensors together; default: as many as a file of {@link MAX_WEIGHTS_BYTES} has
 * @throws AppError `file.notFound`, `file.unreadable`; `data.invalid` for a malformed file, or one of more values
 */
export async function readWeightsFile(
  file: string,
  maxValues = MAX_WEIGHTS_BYTES / VALUE_BYTES,
): Promise<StoredTensor[]> {
  return withRegular(file, FIELD, MAX_WEIGHTS_BYTES, async (handle, size) => {
    const headerLength = headerLengthOf(file, await readBytes(handle, file, 0, LENGTH_BYTES), size)
    const dataStart = LENGTH_BYTES + headerLength
    const header = await readBytes(handle, file, LENGTH_BYTES, headerLength)
    const { entries } = readLayout(file, header, size - dataStart)
    const values = entries.reduce((sum, [, { count }]) => sum + count, 0)
    if (values > maxValues) throw invalid(file, 'values', values, atMost(maxValues))
    const tensors: StoredTensor[] = []
    for (const [name, { shape, dtype, begin, count }] of entries) {
      const bytes = await readBytes(handle, file, dataStart + begin, count * VALUE_BYTES)
      tensors.push({ name, shape, data: new dtypes[dtype](bytes.buffer as ArrayBuffer, 0, count) })
    }
    return tensors
  })
}

/** Bytes of their own memory. @throws AppError `data.invalid` for a file that has become shorter */
async function readBytes(
  handle: FileHandle,
  file: string,
  position: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
    if (bytesRead === 0) {
      throw invalid(file, 'size', position + at, msg('rule.atLeast', { limit: position + length }))
    }
    at += bytesRead
  }
  return bytes
}

/** @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` (size) */
export async function readArtifactFile(file: string): Promise<Uint8Array> {
  return readRegularWithin(file, FIELD, MAX_WEIGHTS_BYTES)
}

/** @param metadata texts by name, kept in the header */
export function encodeWeights(
  weights: readonly StoredTensor[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header = new Map<string, z.output<typeof entrySchema> | Readonly<Record<string, string>>>()
  if (metadata !== undefined) header.set(metadataName, metadata)
  let end = 0
  for (const { name, shape, data } of weights) {
    const dtype: Dtype = data instanceof Float32Array ? 'F32' : 'I32'
    const begin = end
    end += data.length * VALUE_BYTES
    header.set(name, { dtype, shape: [...shape], data_offsets: [begin, end] })
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  // Spaces pad the header so that the data begins at a multiple of eight.
  const headerBytes = Math.ceil(json.length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
  const content = new Uint8Array(LENGTH_BYTES + headerBytes + end)
  const view = new DataView(content.buffer)
  view.setBigUint64(0, BigInt(headerBytes), true)
  content.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes)
  content.set(json, LENGTH_BYTES)
  let offset = LENGTH_BYTES + headerBytes
  for (const { data } of weights) {
    content.set(bytesOf(data), offset)
    offset += data.byteLength
  }
  return content
}

/**
 * @param file for messages
 * @throws AppError `data.invalid`
 */
export function decodeWeights(
  file: string,
  content: Uint8Array,
): { readonly tensors: StoredTensor[]; readonly metadata: unknown } {
  const headerLength = headerLengthOf(file, content, content.length)
  const dataStart = LENGTH_BYTES + headerLength
  const header = content.subarray(LENGTH_BYTES, dataStart)
  const { entries, metadata } = readLayout(file, header, content.length - dataStart)
  const tensors = entries.map(([name, { shape, dtype, begin, count }]) => {
    const start = dataStart + begin
    // A copy begins where values of four bytes may begin.
    const bytes = Uint8Array.from(content.subarray(start, start + count * VALUE_BYTES))
    return { name, shape, data: new dtypes[dtype](bytes.buffer) }
  })
  return { tensors, metadata }
}

/** @param start of the file @param size of the whole file */
function headerLengthOf(file: string, start: Uint8Array, size: number): number {
  if (size < LENGTH_BYTES)
    throw invalid(file, 'size', size, msg('rule.atLeast', { limit: LENGTH_BYTES }))
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const headerLength = view.getBigUint64(0, true)
  const limit = Math.min(HEADER_LIMIT_BYTES, size - LENGTH_BYTES)
  if (headerLength <= limit) return Number(headerLength)
  throw invalid(file, 'headerLength', String(headerLength), atMost(limit))
}

/** Where the values of a tensor are. */
interface TensorLayout {
  readonly shape: readonly number[]
  readonly dtype: Dtype
  /** Bytes of values before it. */
  readonly begin: number
  /** Values. */
  readonly count: number
}

/** @throws AppError `data.invalid` unless tensors cover the values exactly */
function readLayout(
  file: string,
  header: Uint8Array,
  dataLength: number,
): { readonly entries: (readonly [string, TensorLayout])[]; readonly metadata: unknown } {
  const { entries, metadata } = readHeader(header, (field, value, rule) =>
    invalid(file, field, value, rule),
  )
  let covered = 0
  const layouts = entries.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      const count = shape.reduce((product, length) => product * length, 1)
      if (!Object.hasOwn(dtypes, dtype)) {
        const rule = msg('rule.oneOf', { values: Object.keys(dtypes) })
        throw invalid(file, `${name}.dtype`, dtype, rule)
      }
      if (begin !== covered || end > dataLength || end - begin !== count * VALUE_BYTES)
        throw invalid(file, `${name}.data_offsets`, [begin, end], msg('rule.tensorLayout'))
      covered = end
      return [name, { shape, dtype: dtype as Dtype, begin, count }] as const
    },
  )
  if (covered !== dataLength)
    throw invalid(file, 'dataBytes', dataLength, msg('rule.equal', { value: covered }))
  return { entries: layouts, metadata }
}

function invalid(file: string, field: string, value: JsonValue, rule: MessageDescriptor): AppError {
  return new AppError('data.invalid', { path: file, field, value, rule })
}

function atMost(limit: number): MessageDescriptor {
  return msg('rule.atMost', { limit })
}

/** Entries by rising offset; names stay in a list, so `__proto__` is a name like any other. */
function readHeader(
  bytes: Uint8Array,
  fail: (field: string, value: JsonValue, rule: MessageDescriptor) => AppError,
): {
  readonly entries: [string, z.output<typeof entrySchema>][]
  readonly metadata: unknown
} {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw fail('header', messageOf(error), msg('rule.undamaged', { format: 'JSON' }))
  }
  if (!isObject(header)) {
    throw fail('header', null, msg('rule.type', { expected: msg('kind.mapping') }))
  }
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataName)
    .map(([name, value]): [string, z.output<typeof entrySchema>] => {
      const entry = entrySchema.safeParse(value)
      if (!entry.success) {
        throw fail(`header.${name}`, null, msg('rule.tensorEntry'))
      }
      return [name, entry.data]
    })
    .sort(
      ([, a], [, b]) =>
        a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
    )
  return { entries, metadata: header[metadataName] }
}

/** As they lie in memory: little-endian on every processor that the application runs on (x64, arm64). */
export function bytesOf(data: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
