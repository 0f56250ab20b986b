import { describe, expect, it } from 'vitest'
import {
  type FailingRegion,
  failingRegions,
  searchFailing,
} from '../../../../bench/failing-regions.ts'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'

const models = ['auto', 'gp', 'tpe', 'forest']
const populations = ['cmaes', 'catcma', 'de', 'genetic', 'pso', 'anneal', 'nsga2', 'nsga3']
/** By turns they train the same points on, and so try few. */
const turns = ['pbt', 'pb2']

/** Median of three numbers. */
function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[1] as number
}

describe('a failing region', () => {
  it.each([...models, ...populations, 'gradient'])(
    'at an oblique edge is learnt by %s',
    sampler => {
      const runs = [1, 2, 3].map(seed =>
        searchFailing({ name: sampler }, failingRegions.oblique, seed, 60),
      )
      for (const { failed } of runs) {
        expect(failed.length).toBeLessThanOrEqual(12)
        expect(new Set(failed).size).toBe(failed.length)
      }
      expect(middle(runs.map(({ gap }) => gap))).toBeLessThan(0.01)
    },
  )

  it.each([...models, ...populations, ...turns, 'gradient'])(
    'at a bent edge is learnt by %s',
    sampler => {
      const { failed } = searchFailing({ name: sampler }, failingRegions.product, 1, 60)
      expect(failed.length).toBeLessThanOrEqual(12)
    },
  )

  it.each(['cmaes', 'genetic', 'anneal'])(
    'along one axis does not hide the optimum from %s',
    sampler => {
      const gaps = [1, 2, 3].map(
        seed => searchFailing({ name: sampler }, failingRegions.edge, seed, 60).gap,
      )
      expect(middle(gaps)).toBeLessThan(0.01)
    },
  )
})

describe('a point that has failed', () => {
  const onGrid: FailingRegion = {
    ...failingRegions.edge,
    space: { x: { float: [0, 1], step: 0.25 }, y: { choice: [0, 0.5] } },
  }

  it.each([...models, ...populations])('is never proposed again by %s', sampler => {
    const problem = { ...onGrid, fails: ({ x }: Assignment) => Number(x) > 0.3 }
    const { failed, trials } = searchFailing({ name: sampler }, problem, 5, 30)
    expect(new Set(failed).size).toBe(failed.length)
    expect(trials).toBe(30)
  })

  it('ends the search where every point has', () => {
    const problem = { ...onGrid, fails: () => true }
    const { failed, trials } = searchFailing({ name: 'auto' }, problem, 5, 30)
    expect(trials).toBe(10)
    expect(new Set(failed).size).toBe(10)
  })
})
