import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { compareAttainment } from '../../../../src-main/analysis/comparison/compare-attainment.ts'
import type { ChartTrial } from '../../../../src-main/analysis/history/progress.ts'
import {
  attainmentSurface,
  type GoalPair,
} from '../../../../src-main/analysis/pareto/attainment.ts'

const runs: GoalPair[][] = [
  [
    [1, 4],
    [3, 1],
  ],
  [
    [2, 3],
    [4, 2],
  ],
  [[2, 5]],
]

describe('attainment surface', () => {
  it('is what enough runs reached in both goals', () => {
    expect(attainmentSurface(runs, 1 / 3)).toEqual([
      [1, 4],
      [2, 3],
      [3, 1],
    ])
    expect(attainmentSurface(runs, 0.5)).toEqual([
      [2, 4],
      [3, 3],
      [4, 2],
    ])
    expect(attainmentSurface(runs, 1)).toEqual([[2, 5]])
    expect(attainmentSurface([[], [[1, 1]]], 1)).toEqual([])
  })

  it('agrees with counting runs, at any place', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
    const many = fc.array(fc.array(point, { maxLength: 6 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(many, point, fc.constantFrom(0.25, 0.5, 0.75, 1), (all, [x, y], share) => {
        const attained = all.filter(points => points.some(([a, b]) => a <= x && b <= y)).length
        const isInside = attainmentSurface(all, share).some(([a, b]) => a <= x && b <= y)
        return isInside === attained >= Math.ceil(share * all.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('compareAttainment', () => {
  const trial = (number: number, ...values: number[]): ChartTrial => ({
    number,
    state: 'complete',
    parameters: {},
    values,
    lastStep: 1,
    startedAtMs: 0,
    finishedAtMs: 1,
  })
  const goals = [
    { metric: 'accuracy', direction: 'maximize' },
    { metric: 'size', direction: 'minimize' },
  ] as const

  it('keeps the units and directions of the goals', () => {
    const group = { name: 'a', runs: [[trial(0, 0.9, 8), trial(1, 0.5, 2), trial(2, 0.4, 3)]] }
    expect(compareAttainment([group], [goals])?.groups).toEqual([
      {
        name: 'a',
        surfaces: [
          {
            share: 0.5,
            corners: [
              [0.9, 8],
              [0.5, 2],
            ],
          },
        ],
      },
    ])
  })

  it('says nothing of one goal, of three, or of different ones', () => {
    expect(compareAttainment([], [goals.slice(0, 1)])).toBeNull()
    expect(compareAttainment([], [[...goals, ...goals]])).toBeNull()
    expect(compareAttainment([], [goals, goals.toReversed()])).toBeNull()
  })
})
