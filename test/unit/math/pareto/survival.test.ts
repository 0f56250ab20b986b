import { describe, expect, it } from 'vitest'
import { nonDominatedRanks } from '../../../../src-main/math/pareto/non-dominated-sort.ts'
import {
  cutByNiches,
  nearestDirection,
  normalizeByExtremes,
} from '../../../../src-main/math/pareto/niches.ts'
import { simplexLattice } from '../../../../src-main/math/pareto/simplex-lattice.ts'
import { surviveByStrength } from '../../../../src-main/math/pareto/strength.ts'
import {
  cutByCrowding,
  cutByHypervolume,
  scaleToRange,
  surviveByFronts,
} from '../../../../src-main/math/pareto/survival.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { latticePoints } from './lattice-points.ts'

/** A … G of the reference runs with DEAP 1.4.1. */
const letters = [
  [1, 5],
  [2, 3],
  [4, 1],
  [3, 4],
  [5, 5],
  [2.5, 2.5],
  [3, 2],
]
const named = (indices: readonly number[]): string =>
  indices.map(index => 'ABCDEFG'[index]).join('')
const sorted = (indices: readonly number[]): number[] => [...indices].sort((a, b) => a - b)
const random = createRandomStream({ seed: 2, number: 0, purpose: 'survival' })

describe('surviveByFronts', () => {
  it('by crowding chooses as DEAP selNSGA2', () => {
    const ranks = nonDominatedRanks(letters)
    expect(named(surviveByFronts(ranks, 4, cutByCrowding(letters)))).toBe('ACBG')
    expect(named(surviveByFronts(ranks, 6, cutByCrowding(letters)))).toBe('ABCFGD')
    expect(surviveByFronts(ranks, 99, cutByCrowding(letters))).toHaveLength(7)
  })

  it('by hypervolume drops what adds least, one after the other', () => {
    // Scaled to 0 … 1 the front is (0,1) (1/3,1/2) (1/2,3/8) (2/3,1/4) (1,0): F adds 1/48, the least.
    const ranks = nonDominatedRanks(letters)
    expect(named(surviveByFronts(ranks, 4, cutByHypervolume(letters)))).toBe('ABCG')
  })
})

describe('surviveByStrength', () => {
  it('chooses as DEAP selSPEA2', () => {
    expect(named(surviveByStrength(letters, 4))).toBe('ABCG')
  })

  // DEAP 1.4.4. With fewer non-dominated points its density depends on chance; there only fitness can agree.
  it.each([
    [30, 2, 3, [0, 7, 26]],
    [40, 3, 5, [0, 7, 13, 26, 29]],
    [40, 3, 5, [7, 13, 26, 29]],
    [30, 4, 1, [0, 8, 10, 13, 19, 26, 29]],
    [30, 4, 1, [8, 10, 13, 26, 29]],
    [40, 3, 5, [0, 3, 7, 8, 9, 10, 13, 15, 16, 20, 23, 24, 26, 27, 29, 31, 32, 35, 36, 39]],
    [30, 4, 1, [0, 3, 5, 7, 8, 9, 10, 11, 13, 14, 15, 18, 19, 20, 21, 22, 24, 26, 27, 29]],
  ])('of %i points with %i goals (%i) chooses as DEAP: %j', (count, goals, seed, golden) => {
    const chosen = surviveByStrength(latticePoints(count, goals, seed), golden.length)
    expect(sorted(chosen)).toEqual(golden)
  })

  it('puts feasible points first, then the less violating', () => {
    expect(named(surviveByStrength(letters, 3, [1, 0, 2, 0, 3, 1, 0.5]))).toBe('BDG')
    expect(named(surviveByStrength(letters, 2, [1, 2, 3, 4, 5, 6, 0.5]))).toBe('GA')
  })
})

describe('NSGA-III', () => {
  const ideal = [
    [0, 0.3, 1],
    [0.6, 0, 0.8],
    [1, 0.5, 0],
    [0, 1, 0.1],
    [0.4, 0.4, 0.4],
  ]

  it('associates points with directions as DEAP, where the worst values are the intercepts', () => {
    const points = latticePoints(40, 3, 5)
    const ranks = nonDominatedRanks(points)
    const best = points.filter((_, index) => (ranks[index] ?? 9) <= 1)
    const directions = simplexLattice(3, 4)
    const niches = normalizeByExtremes(best).map(point => nearestDirection(point, directions))
    expect(niches.map(({ niche }) => niche)).toEqual([
      1, 5, 13, 1, 13, 7, 13, 12, 7, 3, 3, 9, 9, 6, 1,
    ])
    const golden = [0.03242, 0.109973, 0.01078, 0.070752, 0.111398, 0.137472]
    golden.forEach((distance, index) => {
      expect(niches[index]?.distance).toBeCloseTo(distance, 5)
    })
  })

  it('puts the extreme points on the plane through the units of the axes', () => {
    const points = [[2, 0, 0], [0, 4, 0], [0, 0, 8], [1, 1, 1]] // prettier-ignore
    const normalized = normalizeByExtremes(points).map(point => [...point])
    expect(normalized).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.25, 0.125]]) // prettier-ignore
  })

  it('fills the emptiest niches first, each with its nearest point', () => {
    const directions = [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ]
    const points = [
      [0, 1],
      [1, 0],
      [0.1, 0.9],
      [0.9, 0.1],
      [0.52, 0.5],
      [0.55, 0.45],
    ]
    const cut = cutByNiches(points, directions, random)
    const front = [2, 3, 4, 5]
    // 0 and 1 are chosen already, so only the middle niche is empty.
    expect(cut(front, 1, [0, 1])).toEqual([4])
    expect(sorted(cut([0, 1, 2, 3, 4, 5], 3, []))).toEqual([0, 1, 4])
    expect(sorted(cut(front, 4, [0, 1]))).toEqual(front)
  })

  it('takes equal, infinite and few points', () => {
    const same = [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]
    const directions = simplexLattice(3, 2)
    expect(cutByNiches(same, directions, random)([0, 1, 2], 2, [])).toHaveLength(2)
    const infinite = [...ideal, [Infinity, Infinity, Infinity], [-Infinity, 1, 1]]
    const chosen = cutByNiches(infinite, directions, random)([0, 1, 2, 3, 4, 5, 6], 5, [])
    expect(new Set(chosen).size).toBe(5)
  })
})

describe('scaleToRange', () => {
  it('keeps the order, infinities included', () => {
    const points = [
      [2, 7],
      [4, 7],
      [Infinity, -Infinity],
    ]
    expect(scaleToRange(points).map(point => [...point])).toEqual([
      [0, 0],
      [1, 0],
      [2, -1],
    ])
  })
})
