import { describe, expect, it } from 'vitest'
import {
  cellAxis,
  treeVariance,
} from '../../../../src-main/analysis/importance/marginal-variance.ts'
import type { Feature } from '../../../../src-main/math/forest/feature-table.ts'
import { fitForest } from '../../../../src-main/math/forest/forest.ts'
import { type FeatureDomain, visitLeaves } from '../../../../src-main/math/forest/leaf-boxes.ts'
import { leafOf, type RegressionTree } from '../../../../src-main/math/forest/regression-tree.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

const domains: FeatureDomain[] = [
  { kind: 'numeric', low: -2, high: 5 },
  { kind: 'numeric', low: 0, high: 1 },
  { kind: 'categorical', categories: 5 },
]

/** A tree over random data; some thresholds lie outside the domains. */
function randomTree(seed: number, rows: number): RegressionTree {
  const random = createRandomStream({ seed, number: 0, purpose: 'marginal variance test' })
  const columns = [
    Float64Array.from({ length: rows }, () => -3 + 9 * random.uniform()),
    Float64Array.from({ length: rows }, () => random.uniform()),
    Float64Array.from({ length: rows }, () => random.integer(5)),
  ]
  const targets = Float64Array.from({ length: rows }, () => 1e6 + random.normal())
  const table = { features: domains as Feature[], rowCount: rows, columns }
  const options = {
    trees: 1,
    bootstrap: true,
    thresholds: 'between' as const,
    minSplitRows: 2,
    minLeafRows: 1,
    maxDepth: Number.POSITIVE_INFINITY,
    featuresPerSplit: 2,
  }
  return fitForest(table, targets, options, random).trees[0] as RegressionTree
}

/** The same by going through all cells of the product of the axes. */
function bySummation(tree: RegressionTree) {
  const axes = domains.map((domain, feature) => cellAxis(tree, domain, feature))
  const middle = (feature: number, cell: number): number => {
    const edges = axes[feature]?.edges
    if (!edges) return cell
    return ((edges[cell] as number) + (edges[cell + 1] as number)) / 2
  }
  const shares = axes.map(axis => [...axis.shares])
  const [a = [], b = [], c = []] = shares
  const values = a.map((_, i) =>
    b.map((__, j) =>
      c.map((___, k) => {
        const leaf = leafOf(tree, [middle(0, i), middle(1, j), middle(2, k)])
        return (tree.mean[leaf] as number) - 1e6
      }),
    ),
  )
  const weighted = (weights: readonly number[], at: (index: number) => number): number =>
    weights.reduce((sum, weight, index) => sum + weight * at(index), 0)
  const value = (i: number, j: number, k: number): number => values[i]?.[j]?.[k] ?? Number.NaN
  const mean = weighted(a, i => weighted(b, j => weighted(c, k => value(i, j, k))))
  const square = (i: number, j: number, k: number): number => (value(i, j, k) - mean) ** 2
  const first = (i: number): number => weighted(b, j => weighted(c, k => value(i, j, k)))
  const second = (j: number): number => weighted(a, i => weighted(c, k => value(i, j, k)))
  const third = (k: number): number => weighted(a, i => weighted(b, j => value(i, j, k)))
  const single = [
    weighted(a, i => (first(i) - mean) ** 2),
    weighted(b, j => (second(j) - mean) ** 2),
    weighted(c, k => (third(k) - mean) ** 2),
  ] as const
  const firstAndThird = weighted(a, i =>
    weighted(c, k => (weighted(b, j => value(i, j, k)) - mean) ** 2),
  )
  return {
    total: weighted(a, i => weighted(b, j => weighted(c, k => square(i, j, k)))),
    single,
    firstAndThird: firstAndThird - single[0] - single[2],
  }
}

describe('functional ANOVA of a tree', () => {
  it.each([1, 2, 3])('is what summation over all cells gives (tree %d)', seed => {
    const tree = randomTree(seed, 60)
    const expected = bySummation(tree)
    const computed = treeVariance(tree, domains, [[0, 2]])
    expect(Math.abs(computed.total - expected.total)).toBeLessThan(1e-9)
    expected.single.forEach((variance, feature) => {
      expect(Math.abs((computed.single[feature] as number) - variance)).toBeLessThan(1e-9)
    })
    expect(Math.abs((computed.pairs[0] as number) - expected.firstAndThird)).toBeLessThan(1e-9)
  })

  it('has leaves that fill the space', () => {
    let volume = 0
    let leaves = 0
    visitLeaves(randomTree(4, 300), domains, box => {
      volume += box.volume
      leaves++
      expect(box.volume).toBeGreaterThan(0)
    })
    expect(volume).toBeCloseTo(1, 12)
    expect(leaves).toBeGreaterThan(50)
  })
})
