import { describe, expect, it } from 'vitest'
import {
  hypervolume,
  hypervolumeContributions,
  hypervolumeGain,
} from '../../../../src-main/math/pareto/hypervolume.ts'
import { createGreedySelection } from '../../../../src-main/math/pareto/hypervolume-subset.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { latticePoints, subsets } from './lattice-points.ts'

const referenceOf = (goals: number): number[] => new Array<number>(goals).fill(1.1)

/** Union of boxes by inclusion and exclusion: independent of every sweep, 2ⁿ terms. */
function unionOfBoxes(
  points: readonly (readonly number[])[],
  reference: readonly number[],
): number {
  let total = 0
  for (let size = 1; size <= points.length; size++) {
    for (const subset of subsets(points.length, size)) {
      const volume = reference.reduce((product, limit, goal) => {
        const corner = Math.max(...subset.map(index => points[index]?.[goal] ?? Number.NaN))
        return product * Math.max(limit - corner, 0)
      }, 1)
      total += size % 2 === 1 ? volume : -volume
    }
  }
  return total
}

describe('hypervolume', () => {
  it('has the values of Optuna (3.6 and later)', () => {
    expect(
      hypervolume(
        [
          [1, 3],
          [2, 2],
          [3, 1],
        ],
        [4, 4],
      ),
    ).toBe(6)
    expect(
      hypervolume(
        [
          [1, 2, 3],
          [2, 1, 2],
          [3, 3, 1],
        ],
        [4, 4, 4],
      ),
    ).toBe(15)
  })

  // Optuna 5.0.0 and pymoo 0.6.1, which agree to 4e-16.
  it.each([
    [30, 2, 3, 1.1018],
    [40, 3, 5, 1.0815880000000002],
    [30, 4, 1, 0.8767015900000004],
    [20, 5, 2, 0.5939679357000004],
    [14, 6, 4, 0.2625978600420002],
  ])('of %i points with %i goals equals the peers to 1e-13', (count, goals, seed, expected) => {
    const points = latticePoints(count, goals, seed)
    expect(Math.abs(hypervolume(points, referenceOf(goals)) - expected)).toBeLessThan(1e-13)
  })

  it.each([1, 2, 3, 4, 5])('with %i goals is the union of the boxes, ties included', goals => {
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandomStream({ seed, number: goals, purpose: 'boxes' })
      const points = Array.from({ length: 1 + (seed % 9) }, () =>
        Array.from({ length: goals }, () => random.integer(6)),
      )
      const reference = new Array<number>(goals).fill(5)
      expect(hypervolume(points, reference)).toBeCloseTo(unionOfBoxes(points, reference), 9)
    }
  })

  it('of three goals is right for many points', () => {
    // On the plane x + y + z = 1 with step 1/n the union is a stack of cells that can be counted.
    const n = 30
    const points: number[][] = []
    for (let i = 0; i <= n; i++) {
      for (let j = 0; i + j <= n; j++) points.push([i, j, n - i - j])
    }
    let cells = 0
    for (let i = 0; i <= n; i++) {
      for (let j = 0; j <= n; j++) cells += n + 1 - Math.max(0, n - i - j)
    }
    expect(hypervolume(points, [n + 1, n + 1, n + 1])).toBe(cells)
  })

  it('is nothing outside the reference and infinite for infinite points', () => {
    expect(hypervolume([], [1, 1])).toBe(0)
    expect(hypervolume([[1, 0]], [1, 1])).toBe(0)
    expect(hypervolume([[Number.POSITIVE_INFINITY, 0]], [1, 1])).toBe(0)
    expect(hypervolume([[Number.NEGATIVE_INFINITY, 0]], [1, 1])).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('contributions to the hypervolume', () => {
  it.each([2, 3, 4])('with %i goals are what is lost without each point', goals => {
    for (let seed = 0; seed < 30; seed++) {
      const random = createRandomStream({ seed, number: goals, purpose: 'contributions' })
      const points = Array.from({ length: 2 + (seed % 8) }, () =>
        Array.from({ length: goals }, () => random.integer(7)),
      )
      const reference = new Array<number>(goals).fill(6)
      const whole = unionOfBoxes(points, reference)
      hypervolumeContributions(points, reference).forEach((contribution, index) => {
        const others = points.filter((_, other) => other !== index)
        expect(contribution).toBeCloseTo(whole - unionOfBoxes(others, reference), 9)
        expect(hypervolumeGain(points[index] ?? [], others, reference)).toBeCloseTo(contribution, 9)
      })
    }
  })

  it('are 0 for points that occur twice', () => {
    const twice = [
      [1, 2],
      [1, 2],
      [2, 1],
    ]
    expect([...hypervolumeContributions(twice, [3, 3])]).toEqual([0, 0, 1])
  })
})

describe('hypervolume subset selection', () => {
  // Optuna 5.0.0, _solve_hssp.
  it.each([
    [30, 2, 3, [0, 7, 13, 26]],
    [40, 3, 5, [0, 7, 13, 26]],
    [30, 4, 1, [0, 3, 7, 8, 26]],
    [20, 5, 2, [0, 3, 7, 8, 19]],
    [14, 6, 4, [0, 3, 7, 8, 10]],
  ])('greedy, %i points with %i goals, chooses what Optuna does', (count, goals, seed, golden) => {
    const select = createGreedySelection(latticePoints(count, goals, seed), referenceOf(goals))
    const chosen = select(golden.length)
    expect(chosen.sort((a, b) => a - b)).toEqual(golden)
  })

  it('greedy takes them in order and goes on when nothing adds anything', () => {
    const points = [
      [1, 3],
      [2, 2],
      [3, 1],
      [1.5, 2.6],
    ]
    expect(createGreedySelection(points, [4, 4])(2)).toEqual([1, 0])
    expect(createGreedySelection(points, [1, 1])(3)).toEqual([0, 1, 2])
    expect(createGreedySelection(points, [4, 4])(9)).toHaveLength(4)
  })

  it('greedy, two goals, reaches 63 % of the best of all subsets', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = createRandomStream({ seed, number: 0, purpose: 'subset' })
      const points = Array.from({ length: 4 + (seed % 8) }, () => [
        random.integer(20),
        random.integer(20),
      ])
      const reference = [19, 18]
      for (const count of [1, 2, 3, 4]) {
        const volumeOf = (subset: readonly number[]): number =>
          hypervolume(
            subset.map(index => points[index] ?? []),
            reference,
          )
        const best = Math.max(...[...subsets(points.length, count)].map(volumeOf))
        expect(volumeOf(createGreedySelection(points, reference)(count))).toBeGreaterThanOrEqual(
          0.63 * best,
        )
      }
    }
  })
})
