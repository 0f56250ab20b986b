import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { philox4x32 } from '../../../../src-main/math/random/stream.ts'

type Words = readonly [number, number, number, number]

/** The same function straight from the paper's definition, with exact integers. */
function philoxByBigInt(counter: Words, key: readonly [number, number]): number[] {
  const mask = 0xffffffffn
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint]
  let [k0, k1] = key.map(BigInt) as [bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0
    const product1 = 0xcd9e8d57n * c2
    ;[c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & mask,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & mask,
    ]
    k0 = (k0 + 0x9e3779b9n) & mask
    k1 = (k1 + 0xbb67ae85n) & mask
  }
  return [c0, c1, c2, c3].map(Number)
}

function block(counter: Words, key: readonly [number, number]): number[] {
  const out = new Uint32Array(4)
  philox4x32(...counter, ...key, out)
  return [...out]
}

describe('philox4x32', () => {
  // Known answers published with Random123 (kat_vectors, philox 4x32, 10 rounds).
  it.each<{ counter: Words; key: readonly [number, number]; expected: number[] }>([
    {
      counter: [0, 0, 0, 0],
      key: [0, 0],
      expected: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      expected: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      expected: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('gives the published answer for $counter', ({ counter, key, expected }) => {
    expect(block(counter, key)).toEqual(expected)
  })

  it('equals exact integer arithmetic on any counter and key', () => {
    const word = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 0xffff, 0x10000, 0xffffffff))
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(block(counter, key)).toEqual(philoxByBigInt(counter, key))
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})
