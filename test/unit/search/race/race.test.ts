import { describe, expect, it } from 'vitest'
import { mean } from '../../../../src-main/math/numbers.ts'
import { normalQuantile } from '../../../../src-main/math/distributions/normal.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import {
  chanceToWin,
  expectedLoss,
  spreadOfDifferences,
} from '../../../../src-main/search/race/race.ts'

const best = [1, 2, 3, 2, 2]

describe('the chance of a trial to become the best', () => {
  it('falls with its distance and with the trainings that say so', () => {
    const after = (...losses: readonly number[]): number => chanceToWin(losses, best, 0.01)
    expect(after(1)).toBe(0.5)
    expect(after(1.1)).toBeLessThan(0.5)
    expect(after(1.3)).toBeLessThan(after(1.1))
    expect(after(1.1, 2.1, 3.1)).toBeLessThan(after(1.1, 2.1))
    expect(after(0.9)).toBeCloseTo(1 - after(1.1), 12)
  })

  it('is what simulations of the trainings to come give', () => {
    // The variance is known nearly for certain: twenty trainings are done, five are to come.
    const stream = createRandomStream({ seed: 3, number: 0, purpose: 'race' })
    const normal = (): number => normalQuantile(stream.uniform())
    const none = Array.from({ length: 25 }, () => 0)
    const losses = Array.from({ length: 20 }, (_, index) => 0.12 + (index % 2 === 0 ? 0.5 : -0.5))
    const tries = 40_000
    let wins = 0
    for (let round = 0; round < tries; round++) {
      // Equation (3): a flat prior on the mean, the variance of (2) drawn from its posterior.
      let squares = 0
      for (let degree = 0; degree < 23; degree++) squares += normal() ** 2
      const deviation = Math.sqrt((4 * 0.25 + 20 * 0.25) / squares)
      const truly = 0.12 + (deviation / Math.sqrt(20)) * normal()
      let total = 20 * 0.12
      for (let later = 0; later < 5; later++) total += truly + deviation * normal()
      if (total < 0) wins++
    }
    const share = wins / tries
    // Four standard errors of the simulation.
    expect(Math.abs(chanceToWin(losses, none, 0.25) - share)).toBeLessThan(
      4 * Math.sqrt((share * (1 - share)) / tries),
    )
  })

  it('is unknown after one training where nothing is known of their spread', () => {
    expect(chanceToWin([9], best, null)).toBeNaN()
    expect(chanceToWin([9, 9.5], best, null)).toBeLessThan(0.2)
  })

  it('is none with a loss that is not finite, and certain at the end', () => {
    expect(chanceToWin([Number.NaN], best, 1)).toBe(0)
    expect(chanceToWin([Number.POSITIVE_INFINITY], best, 1)).toBe(0)
    expect(chanceToWin([1, 2, 3, 2, 1.9], best, 1)).toBe(1)
    expect(chanceToWin([1, 2, 3, 2, 2], best, 1)).toBe(0)
  })

  it('needs no noise', () => {
    expect(chanceToWin([1.5], best, 0)).toBe(0)
    expect(chanceToWin([0.5], best, 0)).toBe(1)
    expect(chanceToWin([1], best, 0)).toBe(0.5)
  })
})

describe('the value of a trial that has lost', () => {
  it('is that of the best and the mean difference so far', () => {
    expect(expectedLoss([2, 3], best)).toBeCloseTo(mean(best) + 1, 12)
  })
})

describe('the spread of differences', () => {
  it('is the median of their variances; null without any', () => {
    expect(spreadOfDifferences(best, [])).toBeNull()
    const off = (by: readonly number[]): number[] =>
      best.map((loss, index) => loss + (by[index] as number))
    const others = [off([0, 1, 0, 1, 0]), off([5, 5, 5, 5, 5]), off([0, 9, 0, 9, 0])]
    expect(spreadOfDifferences(best, others)).toBeCloseTo(0.3, 12)
  })

  it('passes over trials that diverged', () => {
    expect(spreadOfDifferences(best, [[1, 2, Number.NaN, 2, 2]])).toBeNull()
  })
})
