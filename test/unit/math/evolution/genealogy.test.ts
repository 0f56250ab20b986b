import { describe, expect, it } from 'vitest'
import { genealogy } from '../../../../src-main/math/evolution/genealogy.ts'
import { generationStatistics } from '../../../../src-main/math/evolution/generation-statistics.ts'
import { migrateRing } from '../../../../src-main/math/evolution/migration.ts'
import { selectBest, selectWorst } from '../../../../src-main/math/evolution/selection/ranked.ts'
import { expectGolden, golden, named, type Named, names } from './fed-stream.ts'

const smaller = (a: Named, b: Named): number => a.value - b.value

describe('ring migration equals that of deap 1.4.4', () => {
  const islands = golden.inputs.islands.map(named)
  const best = (island: readonly Named[], count: number): Named[] =>
    selectBest(island, count, smaller)

  it('emigrants are replaced by immigrants', () => {
    expectGolden(migrateRing(islands, 2, best).map(names), 'ring')
  })

  it('the worst are replaced', () => {
    const worst = (island: readonly Named[], count: number): Named[] =>
      selectWorst(island, count, smaller)
    expectGolden(migrateRing(islands, 2, best, worst).map(names), 'ringReplacingWorst')
    expect(islands.map(names)).toEqual(['abc', 'def', 'ghi'])
  })
})

describe('genealogy', () => {
  const { parents } = golden.inputs
  const tree = (depth?: number): unknown =>
    Object.fromEntries(genealogy(10, child => parents[child], depth))

  it('equals that of deap 1.4.4', () => {
    expect(tree()).toEqual(golden.results['genealogy'])
    expect(tree(2)).toEqual(golden.results['genealogyOfDepth2'])
    expect(tree(0)).toEqual({})
  })

  it('goes on with what it knows and ends where nothing is known', () => {
    expect(genealogy(99, child => parents[child])).toEqual(new Map())
    // Deeper than any call stack.
    const chain = genealogy(100_000, child => (child === 0 ? [] : [child - 1]))
    expect(chain.size).toBe(100_001)
  })
})

describe('generation statistics', () => {
  it('equal those of numpy', () => {
    const { count, missing, ...statistics } = generationStatistics(
      Object.values(golden.inputs.values),
    )
    const { mean, std, min, max } = golden.results['statistics'] as Record<string, number>
    expect([count, missing]).toEqual([6, 0])
    expect(statistics.average).toBeCloseTo(mean as number, 12)
    expect(statistics.standardDeviation).toBeCloseTo(std as number, 12)
    expect([statistics.minimum, statistics.maximum]).toEqual([min, max])
  })

  it('leave NaN out and say so', () => {
    expect(generationStatistics([Number.NaN, 2, 4])).toEqual({
      count: 2,
      missing: 1,
      average: 3,
      standardDeviation: 1,
      minimum: 2,
      maximum: 4,
    })
    expect(generationStatistics([Number.NaN]).average).toBeNaN()
    expect(generationStatistics([Number.POSITIVE_INFINITY, 1]).maximum).toBe(
      Number.POSITIVE_INFINITY,
    )
  })
})
