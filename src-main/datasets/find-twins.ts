import { hash } from 'node:crypto'
import type { NewDataset } from './prepared-store.ts'

/** Name of the array that {@link twinArray} gives. */
export const twinsName = 'firstOfContent'

/**
 * For every row the first row with the same bytes, itself if there is none before. SHA-1 stands for the
 * bytes: nobody forges duplicates against himself.
 */
export function firstOfContent(rows: number, bytesOf: (row: number) => Uint8Array): Int32Array {
  const seen = new Map<string, number>()
  const firsts = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const key = hash('sha1', bytesOf(row), 'base64')
    const first = seen.get(key)
    if (first === undefined) seen.set(key, row)
    firsts[row] = first ?? row
  }
  return firsts
}

/** Rows that repeat an earlier one. */
export function countTwins(firsts: Int32Array): number {
  return firsts.reduce((sum, first, row) => sum + (first === row ? 0 : 1), 0)
}

/** The array that is stored if any row repeats another; a data set without it has none. */
export function twinArray(firsts: Int32Array): NewDataset['arrays'] {
  if (countTwins(firsts) === 0) return []
  return [{ name: twinsName, data: firsts, shape: [firsts.length] }]
}

/** Rows of equal size, one after the other. */
export function sliceRows(data: Uint8Array, rowBytes: number): (row: number) => Uint8Array {
  return row => data.subarray(row * rowBytes, (row + 1) * rowBytes)
}

/** Rows that begin at offsets, each `elementBytes` wide. */
export function sliceOffsets(
  data: Uint8Array | Float32Array,
  offsets: Int32Array,
): (row: number) => Uint8Array {
  return row => {
    const part = data.subarray(offsets[row], offsets[row + 1])
    return new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
  }
}
