import { hashPurpose, philox4x32, type RandomStreamKey } from './stream.ts'

/** A random order of 0 … size − 1 that is computed, not stored: any size, no memory. */
export interface Permutation {
  /** The item at a position. */
  at(position: number): number
  /** The position of an item: `at(positionOf(item)) === item`. */
  positionOf(item: number): number
}

const ROUNDS = 8
/** Keeps these inputs of Philox apart from those of the streams; see `stream.ts`. */
const DOMAIN_PERMUTATION = 2

/**
 * A Feistel network over pairs (left, right) with left < a, right < b and a·b ≥ size just large
 * enough; results ≥ size are sent through again (cycle walking), so the order stays a bijection of
 * 0 … size − 1. Black, Rogaway: Ciphers with arbitrary finite domains, CT-RSA 2002,
 * doi:10.1007/3-540-45760-7_9 (generalized Feistel, cycle-walking).
 * @param size 1 … 2⁵³ − 1
 */
export function createPermutation(size: number, key: RandomStreamKey): Permutation {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new Error(`permutation of ${size} items: must be 1…2⁵³−1`)
  }
  const leftSize = Math.ceil(Math.sqrt(size))
  const rightSize = Math.ceil(size / leftSize)
  const purposeHash = hashPurpose(key.purpose)
  const block = new Uint32Array(4)

  function shift(half: number, round: number): number {
    philox4x32(half, round, key.number, DOMAIN_PERMUTATION, key.seed, purposeHash, block)
    return block[0] as number
  }

  function forward(item: number): number {
    let left = item % leftSize
    let right = Math.floor(item / leftSize)
    for (let round = 0; round < ROUNDS; round += 2) {
      left = (left + shift(right, round)) % leftSize
      right = (right + shift(left, round + 1)) % rightSize
    }
    return right * leftSize + left
  }

  function backward(item: number): number {
    let left = item % leftSize
    let right = Math.floor(item / leftSize)
    for (let round = ROUNDS - 2; round >= 0; round -= 2) {
      right = (right + rightSize - (shift(left, round + 1) % rightSize)) % rightSize
      left = (left + leftSize - (shift(right, round) % leftSize)) % leftSize
    }
    return right * leftSize + left
  }

  function walk(step: (item: number) => number, from: number): number {
    if (!Number.isInteger(from) || from < 0 || from >= size) {
      throw new Error(`permutation: ${from} is not in 0…${size - 1}`)
    }
    let item = step(from)
    while (item >= size) item = step(item)
    return item
  }

  return {
    at: position => walk(forward, position),
    positionOf: item => walk(backward, item),
  }
}
