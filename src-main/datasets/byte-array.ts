import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { parseIdx, parseIdxHeader, type IdxArray } from './idx.ts'
import { isNpy, LONGEST_NPY_START_BYTES, parseNpy, parseNpyHeader, type NpyHeader } from './npy.ts'
import { openSource, type OpenedSource } from './opened-source.ts'
import { readSourceFile } from './source-file.ts'

/**
 * Parses an array of whole numbers from 0 to 255: an IDX file of unsigned bytes, or an NPY file of any
 * type whose values are such numbers.
 * @param ranks numbers of dimensions that are allowed
 * @throws AppError `data.invalid` as {@link parseIdx} and {@link parseNpy}; for a value that is no byte
 */
export function parseByteArray(
  path: string,
  content: Uint8Array,
  ranks: readonly number[],
): IdxArray {
  if (!isNpy(content)) return parseIdx(path, content, ranks)
  const { shape, at } = parseNpy(path, content, ranks)
  const data = new Uint8Array(shape.reduce((product, side) => product * side, 1))
  for (let index = 0; index < data.length; index++) data[index] = toByte(path, index, at(index))
  return { shape, data }
}

/** An array of bytes whose values are read only when they are asked for. */
export interface ByteArrayFile {
  readonly shape: readonly number[]
  /** The values in row-major order, as many at a time as are asked for; a block is overwritten by the next. */
  readonly values: (perBlock: number) => AsyncIterable<Uint8Array>
}

/**
 * Opens what {@link parseByteArray} parses, with the same errors; a block of values is in memory at a time. NPY files
 * whose first index runs fastest are read whole.
 * @param field the setting that names the file, for errors
 */
export async function openByteArray(
  path: string,
  field: string,
  ranks: readonly number[],
): Promise<ByteArrayFile> {
  const source = await openSource(path, field, LONGEST_NPY_START_BYTES)
  if (!isNpy(source.start)) {
    const { shape, headerBytes } = parseIdxHeader(path, source.start, source.bytes, ranks)
    return { shape, values: perBlock => source.blocks(headerBytes, new Uint8Array(perBlock)) }
  }
  const header = parseNpyHeader(path, source.start, source.bytes, ranks)
  const { shape } = header
  if (header.fortran) {
    const { data } = parseByteArray(path, await readSourceFile(path, field), ranks)
    return { shape, values: perBlock => slices(data, perBlock) }
  }
  return { shape, values: perBlock => npyBytes(path, source, header, perBlock) }
}

async function* npyBytes(
  path: string,
  source: OpenedSource,
  { valueBytes, dataStart, read }: NpyHeader,
  perBlock: number,
): AsyncGenerator<Uint8Array, void> {
  const values = new Uint8Array(perBlock)
  let nextIndex = 0
  for await (const block of source.blocks(dataStart, new Uint8Array(perBlock * valueBytes))) {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
    const count = Math.floor(block.length / valueBytes)
    for (let index = 0; index < count; index++) {
      values[index] = toByte(path, nextIndex++, read(view, index * valueBytes))
    }
    yield values.subarray(0, count)
  }
}

async function* slices(data: Uint8Array, perBlock: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < data.length; at += perBlock) yield data.subarray(at, at + perBlock)
}

function toByte(path: string, index: number, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value
  const rule = msg('rule.wholeBetween', { low: 0, high: 255 })
  throw invalidData(path, `npy[${index}]`, String(value), rule)
}
