import type { RandomStream } from './random-stream.ts'

/**
 * Philox-4x32-10, a counter-based random function: 128 bits of counter and 64 bits of key give 128
 * random bits. For one key it is a bijection of the counter, so different counters never give the
 * same block.
 *
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011,
 * doi:10.1145/2063384.2063405; constants from its table 2.
 */

const ROUNDS = 10
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
/** Weyl constants: golden ratio and √3 − 1, added to the key after every round. */
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85

/** Upper 32 bits of a 32 × 32 bit product, from four 16-bit products: faster than BigInt. */
function multiplyHigh(aHigh: number, aLow: number, b: number): number {
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const low = Math.imul(aLow, bLow)
  // Both sums are below 2³², so the wrapped 32-bit pattern is the exact value.
  const middle = (Math.imul(aHigh, bLow) + (low >>> 16)) | 0
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0
}

/**
 * One block: writes four random words, 0…2³²−1, to `out[0…3]`. Counters and keys are taken modulo 2³².
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let x0 = c0 | 0
  let x1 = c1 | 0
  let x2 = c2 | 0
  let x3 = c3 | 0
  let k0 = key0 | 0
  let k1 = key1 | 0
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0 >>> 16, MULTIPLIER_0 & 0xffff, x0)
    const high1 = multiplyHigh(MULTIPLIER_1 >>> 16, MULTIPLIER_1 & 0xffff, x2)
    const low0 = Math.imul(MULTIPLIER_0, x0)
    const low1 = Math.imul(MULTIPLIER_1, x2)
    x0 = high1 ^ x1 ^ k0
    x1 = low1
    x2 = high0 ^ x3 ^ k1
    x3 = low0
    k0 = (k0 + WEYL_0) | 0
    k1 = (k1 + WEYL_1) | 0
  }
  out[0] = x0
  out[1] = x1
  out[2] = x2
  out[3] = x3
}

/** FNV-1a over UTF-16 units, low byte first: the 32-bit key word of a purpose. */
export function hashPurpose(purpose: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < purpose.length; index++) {
    const unit = purpose.charCodeAt(index)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return hash >>> 0
}

/**
 * Who asks for random numbers. `seed` and `number` are integers in 0…2³²−1 (study seed and trial
 * number, as a rule); `purpose` is a short name that no other user of the same numbers has.
 */
export interface RandomStreamKey {
  readonly seed: number
  readonly number: number
  readonly purpose: string
}

/**
 * Layout of the Philox input:
 *   key     = (seed, FNV-1a hash of the purpose)
 *   counter = (block within the stream, 0, number, domain: 0 streams, 1 seeds, 2 permutations)
 * The counters of two streams never meet, so streams are disjoint, not only unlikely to overlap. A
 * stream holds 2³² blocks of four words.
 */
const DOMAIN_STREAM = 0
const DOMAIN_SEED = 1

const WORD_RANGE = 4_294_967_296

/** A stream of random numbers that depends on its key alone. */
export function createRandomStream(key: RandomStreamKey): RandomStream {
  checkKey(key)
  const purposeHash = hashPurpose(key.purpose)
  const block = new Uint32Array(4)
  let blockIndex = 0
  let position = 4
  let spareNormal: number | null = null

  function word(): number {
    if (position === 4) {
      philox4x32(blockIndex, 0, key.number, DOMAIN_STREAM, key.seed, purposeHash, block)
      blockIndex++
      position = 0
    }
    return block[position++] as number
  }

  function uniform(): number {
    const high = word() >>> 5
    const low = word() >>> 6
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  function integer(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > WORD_RANGE) {
      throw new Error(`integer(${count}): count must be in 1…2³²`)
    }
    // Words above the last whole multiple of count would favor small results.
    const limit = WORD_RANGE - (WORD_RANGE % count)
    for (;;) {
      const candidate = word()
      if (candidate < limit) return candidate % count
    }
  }

  /** Box, Muller: A note on the generation of random normal deviates, 1958; two at a time. */
  function normal(): number {
    if (spareNormal !== null) {
      const spare = spareNormal
      spareNormal = null
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spareNormal = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  function shuffled<Item>(items: readonly Item[]): Item[] {
    const result = [...items]
    for (let last = result.length - 1; last > 0; last--) {
      const other = integer(last + 1)
      const moved = result[last] as Item
      result[last] = result[other] as Item
      result[other] = moved
    }
    return result
  }

  return { uniform, integer, normal, shuffled }
}

/**
 * A seed (0…2³²−1) for something that runs elsewhere, e.g. a trial. Distinct from every number of
 * the stream with the same key.
 */
export function deriveSeed(key: RandomStreamKey): number {
  checkKey(key)
  const block = new Uint32Array(4)
  philox4x32(0, 0, key.number, DOMAIN_SEED, key.seed, hashPurpose(key.purpose), block)
  return block[0] as number
}

function checkKey(key: RandomStreamKey): void {
  for (const field of ['seed', 'number'] as const) {
    const value = key[field]
    if (!Number.isInteger(value) || value < 0 || value >= WORD_RANGE) {
      throw new Error(`random stream: ${field} is ${value}, must be an integer in 0…2³²−1`)
    }
  }
}
