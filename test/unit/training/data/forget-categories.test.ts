import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createForgetting } from '../../../../src-main/training/data/forget-categories.ts'

const stream = (number: number) => createRandomStream({ seed: 4, number, purpose: 'augmentation' })
const targets = new Float32Array()

/** One number, then two columns: 1 occurs four times and 2 once; 1 occurs in every row. */
const features = Float32Array.from([
  0.5, 1, 1, 1.5, 1, 1, 2.5, 2, 1, 3.5, 1, 1, 4.5, 1, 1, 5.5, 0, 1,
])
const change = createForgetting(features, 3, [3, 2])

describe('createForgetting', () => {
  it('makes categories unknown as often as they are rare, and nothing else', () => {
    const rounds = 4_000
    const counts = { frequent: 0, rare: 0, all: 0 }
    for (let round = 0; round < rounds; round++) {
      const batch = features.slice()
      change?.(batch, targets, 6, stream(round))
      for (const row of [0, 1, 2, 3, 4, 5]) {
        const [number, first, second] = batch.subarray(3 * row, 3 * row + 3)
        const [before, code] = features.subarray(3 * row, 3 * row + 2)
        expect(number).toBe(before)
        expect([0, code]).toContain(first)
        if (code === 1 && first === 0) counts.frequent++
        if (code === 2 && first === 0) counts.rare++
        if (second === 0) counts.all++
      }
    }
    // α / (n + α) with α = 0.25: 1/17 for four times, 1/5 for once, 1/25 for six times; five standard errors.
    const expectShare = (count: number, of: number, share: number) => {
      expect(Math.abs(count / of - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / of))
    }
    expectShare(counts.frequent, 4 * rounds, 1 / 17)
    expectShare(counts.rare, rounds, 1 / 5)
    expectShare(counts.all, 6 * rounds, 1 / 25)
  })

  it('does the same at a step that is repeated', () => {
    const twice = [features.slice(), features.slice()]
    for (const batch of twice) change?.(batch, targets, 6, stream(7))
    expect(twice[1]).toEqual(twice[0])
  })

  it('has nothing to do without tables', () => {
    expect(createForgetting(features, 3, [])).toBeNull()
  })
})
