import { AppError } from '../../contract/errors.ts'
import { philox4x32 } from './philox.ts'
import { hashPurpose } from './purpose.ts'
import type { RandomStream } from './random-stream.ts'

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
      throw new AppError('internal', { reason: `integer(${count}): count must be in 1…2³²` })
    }
    // Words above the last whole multiple of count would favour small results.
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
      throw new AppError('internal', {
        reason: `random stream: ${field} is ${value}, must be an integer in 0…2³²−1`,
      })
    }
  }
}
