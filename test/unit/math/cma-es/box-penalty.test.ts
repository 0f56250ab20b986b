import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addSpread, boxPenalties } from '../../../../src-main/math/cma-es/box-penalty.ts'
import {
  categoryDistribution,
  updateCategories,
} from '../../../../src-main/math/cma-es/category-distribution.ts'
import { cmaConstants } from '../../../../src-main/math/cma-es/constants.ts'
import {
  cmaDeviation,
  initialCmaState,
  updateCma,
} from '../../../../src-main/math/cma-es/distribution.ts'
import { centerIntegers } from '../../../../src-main/math/cma-es/integer-centering.ts'
import { type CoordinateGrid, correctMargin } from '../../../../src-main/math/cma-es/margin.ts'
import { median } from '../../../../src-main/math/statistics/quantile.ts'
import { expectClose } from './reference-points.ts'

interface GoldenState {
  readonly mean: number[]
  readonly sigma: number
  readonly A: number[]
  readonly C: number[]
  readonly pmut: number[]
  readonly q: number[][]
  readonly Delta: number
}

const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/cma-es/catcma.json', import.meta.url), 'utf8'),
) as { generations: GoldenState[] }

/** `count` values in the middles of equal shares of [0, 1]. */
function evenGrid(count: number): CoordinateGrid {
  return {
    edgeCount: count - 1,
    edgeAt: index => (index + 1) / count,
    centerAt: index => (index + 0.5) / count,
    valueOf: x => Math.min(Math.max(Math.ceil(x * count) - 1, 0), count - 1),
  }
}

const grids = [null, null, evenGrid(5), evenGrid(2)]
const amplitudes = [1.3, 1.2, 0.3, 0.2, 1.2, 0.1, 0.1, 1.4, 0.05, 1, 0.02, 0.3, 0.02, 0.3]

/** The objective of the reference run: two floats, two grids, categories of 3 and 4 values. */
function objective([x0, x1, z0, z1]: number[], [c0, c1]: number[]): number {
  return (
    ((x0 as number) - 0.9) ** 2 * 4 +
    ((x1 as number) - 1.05) ** 2 +
    2 * ((z0 as number) - 0.7) ** 2 +
    ((z1 as number) - 0.25) ** 2 +
    (c0 === 1 ? 0 : 0.2) +
    (c1 === 2 ? 0 : 0.1) +
    0.01 * (c1 as number)
  )
}

describe('CatCMA with margin', () => {
  it('equals the cmaes package over fourteen generations to 1e-6', () => {
    const constants = cmaConstants(4, 9, 'active')
    const weights = constants.weights.slice(0, constants.parentCount)
    const deviations = [0.5 / 6, 0.5 / 6, 0.4 / 5, 0.25 / 5]
    const start = new Float64Array(16)
    deviations.forEach((deviation, i) => (start[i * 5] = deviation ** 2))
    let cma = initialCmaState(constants, Float64Array.of(0.95, 0.97, 0.5, 0.5), 1, start)
    let rates: Float64Array = new Float64Array(4).fill(0.5)
    let spreads: readonly number[] = []
    let categories = categoryDistribution([
      [1 / 3, 1 / 3, 1 / 3],
      [1 / 4, 1 / 4, 1 / 4, 1 / 4],
    ])
    const alpha = 1 - 0.73 ** (1 / 4)
    golden.generations.forEach((expected, generation) => {
      const before = cma
      const evaluated = Array.from({ length: 9 }, (_, i) => {
        const point = Float64Array.from({ length: 4 }, (__, j) => {
          const u = Math.sin(1.7 * generation + 0.9 * i + 2.3 * j)
          const step = u * (amplitudes[generation] as number) * cmaDeviation(before, j)
          return (before.mean[j] as number) + step
        })
        const meant = [...point].map((value, j) => {
          const grid = grids[j] ?? null
          return grid === null
            ? Math.min(Math.max(value, 0), 1)
            : grid.centerAt(grid.valueOf(value))
        })
        const chosen = [(generation * 5 + i * 7 + i * i) % 3, (generation * 3 + i * 5 + i * i) % 4]
        return { point, chosen, value: objective(meant, chosen) }
      })
      evaluated.sort((a, b) => a.value - b.value)
      spreads = addSpread(
        spreads,
        evaluated.map(({ value }) => value),
        before,
      )
      const penalties = boxPenalties(
        before,
        evaluated.map(({ point }) => point),
        grids.map(grid => grid === null),
        median(spreads),
      )
      const ranked = evaluated
        .map((entry, i) => ({ ...entry, value: entry.value + (penalties[i] as number) }))
        .sort((a, b) => a.value - b.value)
      const { points, succeeded } = centerIntegers(
        ranked.map(({ point }) => point),
        constants.parentCount,
        before.mean,
        grids,
      )
      const corrected = correctMargin(updateCma(before, points), grids, alpha, {
        rates,
        succeeded,
      })
      cma = corrected.state
      rates = corrected.rates
      categories = updateCategories(
        categories,
        ranked.map(({ chosen }) => chosen),
        weights,
        [alpha / 2, alpha / 3],
      )
      expectClose(cma.mean, expected.mean, 6)
      expect(cma.sigma).toBeCloseTo(expected.sigma, 6)
      expectClose(
        cma.scale.map((value, i) => value / (expected.A[i] as number)),
        [1, 1, 1, 1],
        6,
      )
      expectClose(cma.covariance, expected.C, 6)
      expectClose(rates.slice(2), expected.pmut, 6)
      expectClose(categories.probabilities.flat(), expected.q.flat(), 6)
      expect(categories.shortening).toBeCloseTo(expected.Delta, 6)
    })
  })
})
