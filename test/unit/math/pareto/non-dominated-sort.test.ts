import { describe, expect, it } from 'vitest'
import { crowdingDistances } from '../../../../src-main/math/pareto/crowding-distance.ts'
import { DominanceLayers } from '../../../../src-main/math/pareto/dominance-layers.ts'
import { frontsOf, nonDominatedRanks } from '../../../../src-main/math/pareto/non-dominated-sort.ts'
import { dominates } from '../../../../src-main/math/pareto/point.ts'
import { RankSet } from '../../../../src-main/math/pareto/rank-set.ts'
import {
  simplexLattice,
  simplexLatticeSize,
} from '../../../../src-main/math/pareto/simplex-lattice.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { latticePoints } from './lattice-points.ts'

/** By taking the non-dominated points away again and again. */
function peeledRanks(
  points: readonly (readonly number[])[],
  better: (a: number, b: number) => boolean,
): number[] {
  const ranks = new Array<number>(points.length).fill(-1)
  for (let rank = 0; ranks.includes(-1); rank++) {
    const remaining = [...ranks.keys()].filter(index => ranks[index] === -1)
    for (const index of remaining.filter(a => remaining.every(b => !better(b, a))))
      ranks[index] = rank
  }
  return ranks
}

describe('nonDominatedRanks', () => {
  it('has the ranks of Optuna, equal points together', () => {
    const points = [
      [1, 5],
      [2, 3],
      [4, 1],
      [3, 4],
      [5, 5],
      [2, 3],
    ]
    expect([...nonDominatedRanks(points)]).toEqual([0, 0, 0, 1, 2, 0])
    expect(frontsOf(nonDominatedRanks(points))).toEqual([[0, 1, 2, 5], [3], [4]])
  })

  // Optuna 5.0.0 (_fast_non_domination_rank, penalty) and pymoo 0.6.1.
  it.each([
    [
      30,
      2,
      3,
      '0 6 4 3 6 7 7 0 3 10 9 4 8 0 5 1 3 5 7 6 5 5 4 2 2 7 0 8 7 4',
      '0 4 8 2 7 3 4 8 2 7 6 3 8 0 7 1 3 8 5 7 3 3 8 2 7 5 0 8 4 7',
    ],
    [
      40,
      3,
      5,
      '0 2 3 2 5 5 6 0 2 4 3 3 6 0 3 1 1 4 2 3 1 4 3 1 2 4 0 1 6 0 4 0 1 2 2 0 2 1 3 1',
      '0 2 6 2 5 4 4 6 2 5 3 3 6 0 5 1 1 6 2 5 1 4 6 1 5 3 0 6 4 5 4 0 6 2 5 0 2 6 3 5',
    ],
    [
      30,
      4,
      1,
      '0 2 2 0 3 1 4 0 0 1 0 1 4 0 1 1 2 2 1 0 1 2 1 2 0 3 0 0 4 0',
      '0 1 4 0 3 1 2 4 0 3 0 1 4 0 3 1 2 4 1 3 0 1 4 2 3 2 0 4 2 3',
    ],
  ])('of %i points with %i goals are those of the peers', (count, goals, seed, free, bound) => {
    const points = latticePoints(count, goals, seed)
    expect([...nonDominatedRanks(points)].join(' ')).toBe(free)
    const violations = points.map((_, i) => Math.max((((i * 7) % 5) - 2) * 0.5, 0))
    expect([...nonDominatedRanks(points, violations)].join(' ')).toBe(bound)
  })

  it.each([1, 2, 3, 5])('with %i goals equals peeling, ties and infinities included', goals => {
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandomStream({ seed, number: goals, purpose: 'ranks' })
      const values = [0, 1, 2, 3, 4, 5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      const points = Array.from({ length: 40 }, () =>
        Array.from({ length: goals }, () => values[random.integer(values.length)] as number),
      )
      const better = (a: number, b: number): boolean => dominates(points[a] ?? [], points[b] ?? [])
      expect([...nonDominatedRanks(points)]).toEqual(peeledRanks(points, better))
      const violations = points.map(
        () => [0, 0, 0.5, 2, Number.POSITIVE_INFINITY][random.integer(5)],
      )
      const constrained = (a: number, b: number): boolean => {
        const [left, right] = [violations[a] ?? 0, violations[b] ?? 0]
        return left === 0 && right === 0 ? better(a, b) : left < right
      }
      expect([...nonDominatedRanks(points, violations as number[])]).toEqual(
        peeledRanks(points, constrained),
      )
    }
  })

  it('takes nothing', () => {
    expect([...nonDominatedRanks([])]).toEqual([])
    expect(frontsOf(nonDominatedRanks([], []))).toEqual([])
  })
})

describe('DominanceLayers', () => {
  it.each([1, 2, 3])('with %i goals are the fronts of a sort, in any order', goals => {
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandomStream({ seed, number: goals, purpose: 'layers' })
      const points = Array.from({ length: 60 }, () =>
        Array.from({ length: goals }, () => random.integer(9)),
      )
      const layers = new DominanceLayers()
      for (const id of random.shuffled([...points.keys()])) layers.add(id, points[id] ?? [])
      const fronts = Array.from({ length: layers.frontCount }, (_, rank) => layers.front(rank))
      expect(fronts).toEqual(frontsOf(nonDominatedRanks(points)))
    }
  })
})

describe('crowdingDistances', () => {
  it('are those of DEAP 1.4.4, which divides by the number of goals', () => {
    const front = [
      [1, 5],
      [2, 3],
      [4, 1],
      [2.5, 2.5],
      [3, 2],
    ]
    const golden = [Infinity, 0.5625, Infinity, 0.29166666666666663, 0.4375]
    crowdingDistances(front).forEach((distance, index) => {
      if (golden[index] === Infinity) expect(distance).toBe(Infinity)
      else expect(distance / 2).toBeCloseTo(golden[index] ?? 0, 14)
    })
  })

  it('are numbers for equal and infinite values', () => {
    expect([
      ...crowdingDistances([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ]).toEqual([Infinity, 0, Infinity])
    const distances = crowdingDistances([
      [-Infinity, 3],
      [0, 2],
      [1, 1],
      [Infinity, -Infinity],
    ])
    expect([...distances]).toEqual([Infinity, 1, 2, Infinity])
  })
})

describe('simplexLattice', () => {
  it('has the points of DEAP', () => {
    expect(simplexLattice(3, 2).map(point => [...point])).toEqual([
      [0, 0, 1],
      [0, 0.5, 0.5],
      [0, 1, 0],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
      [1, 0, 0],
    ])
    expect(simplexLattice(3, 12)).toHaveLength(91)
    expect(simplexLatticeSize(3, 12)).toBe(91)
    expect(simplexLattice(8, 3)).toHaveLength(simplexLatticeSize(8, 3))
    expect(simplexLattice(1, 4).map(point => [...point])).toEqual([[1]])
  })
})

describe('RankSet', () => {
  it('finds its neighbors as a plain set does', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'ranks' })
    for (const capacity of [1, 31, 32, 33, 1024, 1025, 40_000]) {
      const set = new RankSet(capacity)
      const plain = new Set<number>()
      for (let step = 0; step < 300; step++) {
        const member = random.integer(capacity)
        if (random.uniform() < 0.3) {
          set.delete(member)
          plain.delete(member)
        } else {
          set.add(member)
          plain.add(member)
        }
        const from = random.integer(capacity)
        const members = [...plain].sort((a, b) => a - b)
        expect(set.above(from)).toBe(members.find(other => other > from) ?? -1)
        expect(set.below(from)).toBe(members.findLast(other => other < from) ?? -1)
      }
    }
  })
})
