import { type FeatureDomain, type LeafBox, visitLeaves } from '../../math/forest/leaf-boxes.ts'
import type { RegressionTree } from '../../math/forest/regression-tree.ts'

/**
 * Functional ANOVA of one tree under the uniform distribution over the domains, exact: a tree is constant on
 * boxes, so every marginal is a step function whose steps are sums over leaves.
 *
 * F. Hutter, H. Hoos, K. Leyton-Brown: An efficient approach for assessing hyperparameter importance. ICML
 * 2014 (equations 4 to 8, theorem 3).
 */
export interface TreeVariance {
  readonly total: number
  /** Per feature the variance of its marginal. */
  readonly single: Float64Array
  /** Per pair (first, second) what their joint marginal varies beyond their single ones. */
  readonly pairs: readonly number[]
}

/** A feature's domain cut where the tree cuts it, so that the tree is constant along each cell. */
export interface CellAxis {
  /** Share of the domain per cell. */
  readonly shares: Float64Array
  /** Numeric: cells begin and end here, one more than there are cells; null for categories. */
  readonly edges: readonly number[] | null
  /** Ranges of cells [from, to) that a box covers; one for numbers, any number of runs for categories. */
  runsOf(box: LeafBox): readonly (readonly [from: number, to: number])[]
}

export function cellAxis(tree: RegressionTree, domain: FeatureDomain, feature: number): CellAxis {
  if (domain.kind === 'categorical') {
    return {
      shares: new Float64Array(domain.categories).fill(1 / domain.categories),
      edges: null,
      runsOf: ({ categories }) => runsOfSet(categories[feature] as Uint8Array),
    }
  }
  const { low, high } = domain
  const cuts = new Set<number>()
  for (let node = 0; node < tree.nodeCount; node++) {
    const threshold = tree.threshold[node] as number
    if (tree.feature[node] === feature && threshold > low && threshold < high) cuts.add(threshold)
  }
  const edges = [low, ...[...cuts].sort((a, b) => a - b), high]
  const indexOf = new Map(edges.map((edge, index) => [edge, index]))
  return {
    edges,
    shares: Float64Array.from(
      { length: edges.length - 1 },
      (_, cell) => ((edges[cell + 1] as number) - (edges[cell] as number)) / (high - low),
    ),
    runsOf: box => [
      [
        indexOf.get(box.low[feature] as number) as number,
        indexOf.get(box.high[feature] as number) as number,
      ],
    ],
  }
}

function runsOfSet(set: Uint8Array): [number, number][] {
  const runs: [number, number][] = []
  for (let category = 0; category < set.length; category++) {
    if (set[category] === 0) continue
    const last = runs.at(-1)
    if (last !== undefined && last[1] === category) last[1]++
    else runs.push([category, category + 1])
  }
  return runs
}

/** @param pairs positions of two features each */
export function treeVariance(
  tree: RegressionTree,
  domains: readonly FeatureDomain[],
  pairs: readonly (readonly [number, number])[],
): TreeVariance {
  // Differences to the root's mean, so that large means do not swallow small variances.
  const origin = tree.mean[0] as number
  const axes = domains.map((domain, feature) => cellAxis(tree, domain, feature))
  const singles = axes.map(({ shares }) => new Float64Array(shares.length + 1))
  const joint = pairs.map(([a, b]) => new JointCells(axes[a] as CellAxis, axes[b] as CellAxis))
  let mean = 0
  let squares = 0
  visitLeaves(tree, domains, box => {
    const value = (tree.mean[box.node] as number) - origin
    const part = value * box.volume
    mean += part
    squares += value * part
    const runs = axes.map(axis => axis.runsOf(box))
    singles.forEach((changes, feature) => {
      const added = part / (box.shares[feature] as number)
      for (const [from, to] of runs[feature] as readonly (readonly [number, number])[]) {
        changes[from] = (changes[from] as number) + added
        changes[to] = (changes[to] as number) - added
      }
    })
    pairs.forEach(([a, b], index) => {
      const added = part / ((box.shares[a] as number) * (box.shares[b] as number))
      for (const [from, to] of runs[a] as readonly (readonly [number, number])[]) {
        for (const [below, above] of runs[b] as readonly (readonly [number, number])[]) {
          joint[index]?.add(from, to, below, above, added)
        }
      }
    })
  })
  const single = Float64Array.from(singles, (changes, feature) => {
    const { shares } = axes[feature] as CellAxis
    let value = 0
    let sum = 0
    for (let cell = 0; cell < shares.length; cell++) {
      value += changes[cell] as number
      sum += (shares[cell] as number) * (value - mean) ** 2
    }
    return sum
  })
  return {
    total: Math.max(squares - mean * mean, 0),
    single,
    pairs: pairs.map(([a, b], index) =>
      Math.max(
        (joint[index] as JointCells).variance(mean) - (single[a] as number) - (single[b] as number),
        0,
      ),
    ),
  }
}

/** The joint marginal of two features, as changes from cell to cell along both. */
class JointCells {
  readonly #first: CellAxis
  readonly #second: CellAxis
  readonly #width: number
  readonly #changes: Float64Array

  constructor(first: CellAxis, second: CellAxis) {
    this.#first = first
    this.#second = second
    this.#width = second.shares.length + 1
    this.#changes = new Float64Array((first.shares.length + 1) * this.#width)
  }

  add(from: number, to: number, below: number, above: number, value: number): void {
    const changes = this.#changes
    const width = this.#width
    changes[from * width + below] = (changes[from * width + below] as number) + value
    changes[from * width + above] = (changes[from * width + above] as number) - value
    changes[to * width + below] = (changes[to * width + below] as number) - value
    changes[to * width + above] = (changes[to * width + above] as number) + value
  }

  variance(mean: number): number {
    const changes = this.#changes
    const width = this.#width
    const columns = new Float64Array(width)
    let sum = 0
    this.#first.shares.forEach((share, row) => {
      let value = 0
      let inRow = 0
      for (let column = 0; column < width - 1; column++) {
        columns[column] = (columns[column] as number) + (changes[row * width + column] as number)
        value += columns[column] as number
        inRow += (this.#second.shares[column] as number) * (value - mean) ** 2
      }
      sum += share * inRow
    })
    return sum
  }
}
