import { ownValue } from '../core/values/named-values.ts'
import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import { AppError } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { JsonValue } from '../core/values/json.ts'

/**
 * The NPY format, versions 1.0 to 3.0: `\x93NUMPY`, version, length of the header, a Python dictionary of
 * type, order and shape, then the values. NumPy Enhancement Proposal 1 and numpy.lib.format.
 */

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const
const LONGEST_HEADER_BYTES = 65_536
const MAX_DIMENSIONS = 32

type Reader = (view: DataView, at: number, little: boolean) => number

/** `descr` without its byte order: how many bytes a value has, and how it is read. */
const types: Readonly<Record<string, readonly [number, Reader]>> = {
  b1: [1, (view, at) => view.getUint8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  f2: [2, (view, at, little) => halfPrecision(view.getUint16(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
}

/** IEEE 754-2019, binary16: 1 sign, 5 exponent and 10 fraction bits. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = (bits & 0x3ff) / 1024
  if (exponent === 0) return sign * fraction * 2 ** -14
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction) * 2 ** (exponent - 15)
}

export interface NpyArray {
  readonly shape: readonly number[]
  /** Type as NumPy writes it, without the byte order. */
  readonly type: string
  /** Value at an index in row-major order, whichever order the file has. */
  readonly at: (index: number) => number
}

/** The header of an NPY file. */
export interface NpyHeader {
  readonly shape: readonly number[]
  readonly type: string
  readonly valueBytes: number
  /** Where the values begin. */
  readonly dataStart: number
  /** The first index runs fastest. */
  readonly fortran: boolean
  /** The value that begins at a byte. */
  readonly read: (view: DataView, at: number) => number
}

/** No header, magic number included, is longer. */
export const LONGEST_NPY_START_BYTES = 12 + LONGEST_HEADER_BYTES

export function isNpy(content: Uint8Array): boolean {
  return magic.every((byte, index) => content[index] === byte)
}

/**
 * Parses an NPY file of numbers or booleans, either byte order, C or Fortran order. Objects (pickles),
 * texts and records are refused: their bytes are code, or no numbers.
 * @param ranks numbers of dimensions that are allowed
 * @throws AppError `data.invalid`
 */
export function parseNpy(path: string, content: Uint8Array, ranks: readonly number[]): NpyArray {
  const { shape, type, valueBytes, dataStart, fortran, read } = parseNpyHeader(
    path,
    content,
    content.length,
    ranks,
  )
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const value = (index: number) => read(view, dataStart + index * valueBytes)
  return {
    shape,
    type,
    at: fortran ? index => value(fortranIndex(index, shape)) : value,
  }
}

/**
 * @param content at least the header, if the file is that long
 * @param bytes length of the whole file
 * @throws AppError as {@link parseNpy}
 */
export function parseNpyHeader(
  path: string,
  content: Uint8Array,
  bytes: number,
  ranks: readonly number[],
): NpyHeader {
  const fail = (field: string, value: JsonValue, rule: MessageDescriptor) =>
    invalidData(path, field, value, rule)
  if (!isNpy(content) || content.length < 12)
    throw fail('npy.magic', content.length, msg('rule.begins', { format: 'NPY' }))
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const major = content[6] as number
  if (major < 1 || major > 3)
    throw fail('npy.version', major, msg('rule.between', { low: 1, high: 3 }))
  const start = major === 1 ? 10 : 12
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > LONGEST_HEADER_BYTES || start + length > content.length) {
    const most = Math.min(LONGEST_HEADER_BYTES, content.length - start)
    throw fail('npy.headerLength', length, msg('rule.atMost', { limit: most }))
  }
  const { descr, fortran, shape } = parseHeader(
    new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(
      content.subarray(start, start + length),
    ),
    fail,
  )
  const name = descr.slice(1)
  const type = Object.hasOwn(types, name) ? ownValue(types, name) : undefined
  if (type === undefined || !'<>|='.includes(descr[0] ?? ''))
    throw fail('npy.descr', descr, msg('rule.oneOf', { values: Object.keys(types) }))
  if (!ranks.includes(shape.length))
    throw fail('npy.shape', [...shape], msg('rule.dimensions', { values: ranks }))
  if (shape.some(side => side < 1))
    throw fail('npy.shape', [...shape], msg('rule.atLeast', { limit: 1 }))
  const [valueBytes, read] = type
  const count = shape.reduce((product, side) => product * side, 1)
  const dataStart = start + length
  const expected = dataStart + count * valueBytes
  if (bytes !== expected) {
    const rule = msg('rule.sizeOfShape', { bytes: expected, shape: shape.join(' × ') })
    throw fail('size', bytes, rule)
  }
  const little = !descr.startsWith('>')
  return {
    shape,
    type: descr.slice(1),
    valueBytes,
    dataStart,
    fortran,
    read: (values, at) => read(values, at, little),
  }
}

interface Header {
  readonly descr: string
  readonly fortran: boolean
  readonly shape: readonly number[]
}

/** The three entries of the dictionary, which NumPy always writes as literals. */
function parseHeader(
  text: string,
  fail: (field: string, value: JsonValue, rule: MessageDescriptor) => AppError,
): Header {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1]
  if (descr === undefined) {
    const value = /'descr'\s*:\s*(.{0,40})/.exec(text)?.[1] ?? text.slice(0, 40)
    throw fail('npy.descr', value, msg('rule.npyNumbers'))
  }
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(text)?.[1]
  if (order === undefined) throw fail('npy.fortran_order', text.slice(0, 80), msg('rule.present'))
  const inside = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  if (inside === undefined) throw fail('npy.shape', text.slice(0, 80), msg('rule.present'))
  const shape = inside
    .split(',')
    .map(side => side.trim())
    .filter(side => side !== '')
    .map(Number)
  if (shape.length > MAX_DIMENSIONS || !shape.every(Number.isSafeInteger)) {
    throw fail(
      'npy.shape',
      inside.slice(0, 80),
      msg('rule.wholeNumbers', { limit: MAX_DIMENSIONS }),
    )
  }
  return { descr, fortran: order === 'True', shape }
}

/** Where the value at a row-major index stands when the first index runs fastest. */
function fortranIndex(index: number, shape: readonly number[]): number {
  let remainder = index
  let result = 0
  let stride = shape.reduce((product, side) => product * side, 1)
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] as number
    stride /= side
    result += (remainder % side) * stride
    remainder = Math.floor(remainder / side)
  }
  return result
}
