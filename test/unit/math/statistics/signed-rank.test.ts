import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { midranks } from '../../../../src-main/math/statistics/midranks.ts'
import { normalCdf } from '../../../../src-main/math/distributions/normal.ts'
import { signedRankAbove } from '../../../../src-main/math/statistics/signed-rank.ts'

describe('signed-rank test', () => {
  // scipy.stats.wilcoxon(…, alternative='greater', zero_method='zsplit'), SciPy 1.17.1
  it.each([
    [[0.3, 0.1, -0.2, 0.4], 0.1875],
    [[1, 1, -1, 2, 0], 0.25],
    [[0, 0, 0], 1],
    [[1.5, 0.2, 0.3, -0.1, 0.8, 0.9, -0.4], 0.078125],
    [[1, 1, 1, 1], 0.0625],
    [Array.from({ length: 50 }, (_, k) => ((k * 37) % 101) / 101 - 0.4), 0.019507762760930802],
    [Array.from({ length: 60 }, (_, k) => ((k * 37) % 101) / 101 - 0.4), 0.01310102003234621],
    [Array.from({ length: 60 }, (_, k) => ((k * 37) % 11) - 4), 0.024304184403019614],
  ])('of %j is what SciPy gives', (differences, expected) => {
    expect(Math.abs(signedRankAbove(differences) - expected)).toBeLessThan(1e-13)
  })

  it('equals the count over all signs, ties and zeros included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }),
        differences => {
          const ranks = midranks(differences.map(Math.abs))
          const sumOf = (signs: (index: number) => number): number =>
            ranks.reduce((sum, rank, index) => sum + rank * signs(index), 0)
          const observed = sumOf(index => Math.sign(differences[index] as number))
          let above = 0
          const all = 2 ** differences.length
          for (let mask = 0; mask < all; mask++) {
            const sum = sumOf(index =>
              differences[index] === 0 ? 0 : (mask >> index) & 1 ? 1 : -1,
            )
            if (sum >= observed) above++
          }
          expect(signedRankAbove(differences)).toBeCloseTo(above / all, 12)
        },
      ),
      { seed: 3, numRuns: 200 },
    )
  })

  it('gives 1 for nothing, and ranks that share', () => {
    expect(signedRankAbove([])).toBe(1)
    expect(midranks([3, 1, 3, 2, 3])).toEqual([4, 1, 4, 2, 4])
  })
})

describe('normal tail', () => {
  // scipy.stats.norm.sf
  it.each([
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [-0.5, 0.6914624612740131],
    [1, 0.15865525393145707],
    [1.96, 0.024997895148220435],
    [-3, 0.9986501019683699],
    [2.99, 0.0013948872354922468],
    [3, 0.0013498980316300933],
    [5, 2.866515718791933e-7],
    [10, 7.61985302416047e-24],
    [37, 5.7255712225239266e-300],
  ])('beyond %d is %d', (z, expected) => {
    expect(Math.abs(normalCdf(-z) / expected - 1)).toBeLessThan(1e-12)
  })
})
