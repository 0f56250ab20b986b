import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  stepGridIndex,
  stepGridSize,
  stepGridValue,
} from '../../../../src-main/core/study/step-grid.ts'

function values(grid: Parameters<typeof stepGridSize>[0]): number[] {
  return Array.from({ length: stepGridSize(grid) }, (_, index) => stepGridValue(grid, index))
}

describe('step grid', () => {
  it.each([
    { low: 0, high: 1, step: 0.1, expected: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] },
    { low: -0.3, high: 0.3, step: 0.1, expected: [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3] },
    { low: 1e-4, high: 5e-4, step: 1e-4, expected: [1e-4, 2e-4, 3e-4, 4e-4, 5e-4] },
    { low: 0.05, high: 0.5, step: 0.2, expected: [0.05, 0.25, 0.45] },
    { low: 16, high: 70, step: 16, expected: [16, 32, 48, 64] },
    { low: 3, high: 3, step: 1, expected: [3] },
    { low: 1 / 3, high: 1 / 3, step: 0.5, expected: [1 / 3] },
    { low: 2, high: 1, step: 1, expected: [] },
  ])('$low + k·$step ≤ $high', ({ expected, ...grid }) => {
    expect(values(grid)).toEqual(expected)
  })

  it('finds the index of exactly its own values', () => {
    const grid = { low: 0, high: 1, step: 0.1 }
    expect(stepGridIndex(grid, 0.3)).toBe(3)
    for (const stranger of [0.1 + 0.2, 0.35, -0.1, 1.1, Number.NaN]) {
      expect(stepGridIndex(grid, stranger)).toBe(-1)
    }
  })

  it('is exact for decimals: integers scaled by a power of ten', () => {
    fc.assert(
      fc.property(
        fc.record({
          low: fc.integer({ min: -10_000, max: 10_000 }),
          step: fc.integer({ min: 1, max: 999 }),
          count: fc.integer({ min: 1, max: 60 }),
          rest: fc.nat(998),
          digits: fc.integer({ min: 0, max: 8 }),
        }),
        ({ low, step, count, rest: remainder, digits }) => {
          const scale = (integer: number): number => Number(`${integer}e-${digits}`)
          const high = low + (count - 1) * step + Math.min(remainder, step - 1)
          const grid = { low: scale(low), high: scale(high), step: scale(step) }
          const expected = Array.from({ length: count }, (_, index) => scale(low + index * step))
          expect(values(grid)).toEqual(expected)
          expect(expected.map(value => stepGridIndex(grid, value))).toEqual([...expected.keys()])
        },
      ),
      { seed: 2, numRuns: 300 },
    )
  })
})
