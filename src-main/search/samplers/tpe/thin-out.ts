import { hashPurpose } from '../../../math/random/stream.ts'

/** Newest observations that always stay. */
const NEWEST = 100

/** A number in 0…2³²−1 by which older observations stay or go; equally spread over the trials. */
export function thinningKey(trialNumber: number): number {
  // The last unit mixes the bits of the number into the high ones of the hash.
  return hashPurpose(String.fromCharCode(trialNumber & 0xffff, trialNumber >>> 16, 0x5bd1, 0x9e37))
}

/**
 * Keeps the cost of a proposal constant in long studies: of many bad observations the newest 100 and a random
 * sample of the older ones, whose weights make up for those left out. Whether one stays depends on
 * its key and on how often the sample was halved, so it changes rarely.
 *
 * @param rows rising
 * @param weights one per row
 * @param keys of all rows, see {@link thinningKey}
 * @param most observations that are allowed, > 100
 */
export function thinOut(
  rows: Int32Array,
  weights: Float64Array,
  keys: Uint32Array,
  most: number,
): { rows: Int32Array; weights: Float64Array } {
  if (rows.length <= most) return { rows, weights }
  const older = rows.length - NEWEST
  // How many keys begin with exactly so many zero bits; halving keeps those with one more.
  const counts = new Int32Array(33)
  for (let index = 0; index < older; index++) {
    const zeros = Math.clz32(keys[rows[index] as number] as number)
    counts[zeros] = (counts[zeros] as number) + 1
  }
  let halvings = 0
  let retainedCount = older
  while (retainedCount > most - NEWEST) retainedCount -= counts[halvings++] as number
  const retainedRows = new Int32Array(retainedCount + NEWEST)
  const retainedWeights = new Float64Array(retainedCount + NEWEST)
  let end = 0
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as number
    const isNew = index >= older
    if (!isNew && Math.clz32(keys[row] as number) < halvings) continue
    retainedRows[end] = row
    retainedWeights[end++] = (weights[index] as number) * (isNew ? 1 : 2 ** halvings)
  }
  return { rows: retainedRows, weights: retainedWeights }
}
