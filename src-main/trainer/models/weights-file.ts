import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError, messageOf } from '../../core/errors/errors.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import { readWithin } from '../../platform/files/read-within.ts'
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
 * Reads weights in the order of the file.
 * @throws AppError `file.notFound`, `file.unreadable`; `data.invalid` for a malformed file
 */
export async function readWeightsFile(file: string): Promise<StoredTensor[]> {
  return decodeWeights(file, await readArtifactFile(file)).tensors
}

/** @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` (size) */
export async function readArtifactFile(file: string): Promise<Uint8Array> {
  return readWithin(file, 'weightsPath', MAX_WEIGHTS_BYTES)
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
  const fail = (field: string, value: JsonValue, rule: MessageDescriptor) =>
    new AppError('data.invalid', { path: file, field, value, rule })
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  if (content.length < LENGTH_BYTES) {
    throw fail('size', content.length, msg('rule.atLeast', { limit: LENGTH_BYTES }))
  }
  const headerLength = view.getBigUint64(0, true)
  if (headerLength > HEADER_LIMIT_BYTES || Number(headerLength) > content.length - LENGTH_BYTES) {
    throw fail(
      'headerLength',
      String(headerLength),
      msg('rule.atMost', { limit: Math.min(HEADER_LIMIT_BYTES, content.length - LENGTH_BYTES) }),
    )
  }
  const dataStart = LENGTH_BYTES + Number(headerLength)
  const dataLength = content.length - dataStart
  const { entries, metadata } = readHeader(content.subarray(LENGTH_BYTES, dataStart), fail)
  const weights: StoredTensor[] = []
  let covered = 0
  for (const [name, entry] of entries) {
    const [begin, end] = entry.data_offsets
    const count = entry.shape.reduce((product, length) => product * length, 1)
    if (!Object.hasOwn(dtypes, entry.dtype))
      throw fail(`${name}.dtype`, entry.dtype, msg('rule.oneOf', { values: Object.keys(dtypes) }))
    if (begin !== covered || end > dataLength || end - begin !== count * VALUE_BYTES) {
      throw fail(`${name}.data_offsets`, [begin, end], msg('rule.tensorLayout'))
    }
    covered = end
    weights.push({
      name,
      shape: entry.shape,
      // A copy begins where values of four bytes may begin.
      data: new dtypes[entry.dtype as Dtype](
        Uint8Array.from(content.subarray(dataStart + begin, dataStart + end)).buffer,
      ),
    })
  }
  if (covered !== dataLength) {
    throw fail('size', content.length, msg('rule.equal', { value: dataStart + covered }))
  }
  return { tensors: weights, metadata }
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
