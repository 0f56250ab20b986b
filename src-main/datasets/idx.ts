import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { JsonValue } from '../core/values/json.ts'

/**
 * The IDX format of the MNIST files: two zero bytes, a type code, the number of dimensions, one
 * big-endian uint32 per dimension, then the values in row-major order.
 * LeCun, Cortes, Burges: The MNIST database of handwritten digits.
 */

/** Type code of unsigned bytes, the only one that images and labels use. */
const TYPE_UNSIGNED_BYTE = 0x08
const typeNames: Readonly<Record<number, string>> = {
  0x08: 'unsigned byte',
  0x09: 'signed byte',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
}

const BYTES_PER_DIMENSION = 4
const MAGIC_BYTES = 4

export interface IdxArray {
  readonly shape: readonly number[]
  /** Row-major; a view of the file's bytes. */
  readonly data: Uint8Array
}

/**
 * Parses an IDX file of unsigned bytes.
 * @param ranks numbers of dimensions that are allowed
 * @throws AppError `data.invalid` for a wrong magic number, type, rank, dimension or length
 */
export function parseIdx(path: string, content: Uint8Array, ranks: readonly number[]): IdxArray {
  const { shape, headerBytes } = parseIdxHeader(path, content, content.length, ranks)
  return { shape, data: content.subarray(headerBytes) }
}

/**
 * The header of an IDX file.
 * @param content at least the header, if the file is that long
 * @param bytes length of the whole file
 * @throws AppError as {@link parseIdx}
 */
export function parseIdxHeader(
  path: string,
  content: Uint8Array,
  bytes: number,
  ranks: readonly number[],
): { readonly shape: readonly number[]; readonly headerBytes: number } {
  const fail = (field: string, value: JsonValue, rule: MessageDescriptor) =>
    invalidData(path, field, value, rule)
  if (content.length < MAGIC_BYTES)
    throw fail('size', content.length, msg('rule.atLeast', { limit: MAGIC_BYTES }))
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const magic = view.getUint32(0)
  const type = (magic >>> 8) & 0xff
  const rank = magic & 0xff
  if (magic >>> 16 !== 0 || !(type in typeNames))
    throw fail('magic', hexadecimal(magic), msg('rule.idxMagic'))
  if (type !== TYPE_UNSIGNED_BYTE) {
    throw fail(
      'magic.type',
      typeNames[type] ?? type,
      msg('rule.equal', { value: 'unsigned byte (0x08)' }),
    )
  }
  if (!ranks.includes(rank))
    throw fail('magic.rank', rank, msg('rule.dimensions', { values: ranks }))
  const headerBytes = MAGIC_BYTES + rank * BYTES_PER_DIMENSION
  if (content.length < headerBytes)
    throw fail('size', content.length, msg('rule.atLeast', { limit: headerBytes }))
  const shape = Array.from({ length: rank }, (_, axis) =>
    view.getUint32(MAGIC_BYTES + axis * BYTES_PER_DIMENSION),
  )
  for (const [axis, length] of shape.entries()) {
    if (length === 0)
      throw fail(`dimensions[${String(axis)}]`, length, msg('rule.atLeast', { limit: 1 }))
  }
  const expected = shape.reduce((product, length) => product * length, 1)
  const actualBytes = bytes - headerBytes
  if (actualBytes !== expected) {
    throw fail(
      'size',
      bytes,
      msg('rule.sizeOfShape', { bytes: headerBytes + expected, shape: shape.join(' × ') }),
    )
  }
  return { shape, headerBytes }
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
