import { describe, expect, it } from 'vitest'
import {
  drawControls,
  lehmerMean,
  startHistory,
  updateHistory,
} from '../../../../src-main/math/differential-evolution/success-history.ts'
import {
  binomialCrossover,
  differentialMutant,
  repairCoordinate,
} from '../../../../src-main/math/differential-evolution/variation.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

const random = createRandomStream({ seed: 4, number: 0, purpose: 'test' })

describe('variation', () => {
  it('adds scaled differences', () => {
    const mutant = differentialMutant(
      [0.1, 0.5],
      [
        [
          [0.6, 0.2],
          [0.2, 0.4],
        ],
        [
          [1, 1],
          [0, 0.5],
        ],
      ],
      0.5,
    )
    expect(mutant[0]).toBeCloseTo(0.1 + 0.5 * 0.4 + 0.5, 12)
    expect(mutant[1]).toBeCloseTo(0.5 - 0.5 * 0.2 + 0.25, 12)
  })

  it('takes coordinates of the mutant at the given rate, one at least', () => {
    const target = new Array<number>(10).fill(0)
    const mutant = new Array<number>(10).fill(1)
    const mutantGenes = (rate: number): number[] =>
      Array.from({ length: 3000 }, () =>
        binomialCrossover(target, mutant, rate, random).reduce((sum, x) => sum + x, 0),
      )
    expect(new Set(mutantGenes(0))).toEqual(new Set([1]))
    expect(new Set(mutantGenes(1))).toEqual(new Set([10]))
    // 1 + 9 · 0.3.
    expect(mutantGenes(0.3).reduce((sum, x) => sum + x / 3000, 0)).toBeCloseTo(3.7, 0)
    expect(binomialCrossover([], [], 0.5, random)).toEqual([])
  })

  it('brings coordinates back by each rule', () => {
    expect(repairCoordinate(0.4, 0.9, 'clip', random)).toBe(0.4)
    expect(repairCoordinate(-0.3, 0.5, 'middle', random)).toBe(0.25)
    expect(repairCoordinate(1.3, 0.5, 'middle', random)).toBe(0.75)
    expect(repairCoordinate(1.3, 0.5, 'clip', random)).toBe(1)
    expect(repairCoordinate(1.3, 0.5, 'reflect', random)).toBeCloseTo(0.7, 12)
    expect(repairCoordinate(-2.25, 0.5, 'reflect', random)).toBeCloseTo(0.25, 12)
    const drawn = Array.from({ length: 100 }, () => repairCoordinate(7, 0.5, 'random', random))
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThan(1)
    expect(new Set(drawn).size).toBe(100)
  })
})

describe('success history', () => {
  it('averages by the weighted Lehmer mean', () => {
    // (1·0.25 + 3·1) / (1·0.5 + 3·1).
    expect(lehmerMean([0.5, 1], [1, 3])).toBeCloseTo(3.25 / 3.5, 12)
    // Gains over a trial without a number are infinite: all count the same.
    expect(lehmerMean([0.5, 1], [1, Number.POSITIVE_INFINITY])).toBeCloseTo(1.25 / 1.5, 12)
  })

  it('replaces one entry after the other, and none without a success', () => {
    const start = startHistory(2, 0.5, 0.5)
    expect(updateHistory(start, [])).toBe(start)
    const first = updateHistory(start, [{ scale: 0.75, rate: 0.25, gain: 1 }])
    expect(first).toEqual({ scales: [0.75, 0.5], rates: [0.25, 0.5], next: 1 })
    const second = updateHistory(first, [{ scale: 0.5, rate: 1, gain: 2 }])
    expect(second).toEqual({ scales: [0.75, 0.5], rates: [0.25, 1], next: 0 })
  })

  it('leaves a rate at 0 once only 0 has succeeded', () => {
    const stuck = updateHistory(startHistory(1, 0.5, 0.5), [{ scale: 0.8, rate: 0, gain: 1 }])
    expect(stuck.rates).toEqual([null])
    expect(drawControls(stuck, random).rate).toBe(0)
    expect(updateHistory(stuck, [{ scale: 0.8, rate: 0.5, gain: 1 }]).rates).toEqual([null])
  })

  it('draws F in (0, 1] and CR in [0, 1] about its entries', () => {
    const drawn = Array.from({ length: 4000 }, () =>
      drawControls({ scales: [0.6, 0.6], rates: [0.3, 0.7], next: 0 }, random),
    )
    const scales = drawn.map(({ scale }) => scale).sort((a, b) => a - b)
    const rates = drawn.map(({ rate }) => rate)
    expect(scales[0]).toBeGreaterThan(0)
    expect(scales.at(-1)).toBe(1)
    expect(scales[2000]).toBeCloseTo(0.6, 1)
    expect(rates.reduce((sum, rate) => sum + rate / 4000, 0)).toBeCloseTo(0.5, 1)
    expect(rates.filter(rate => Math.abs(rate - 0.5) < 0.05).length).toBeLessThan(500)
  })
})
