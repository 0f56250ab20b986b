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
  const lists = domains.map((domain, feature) => new LeafRuns(cellAxis(tree, domain, feature)))
  const parts: number[] = []
  let mean = 0
  let squares = 0
  visitLeaves(tree, domains, box => {
    const value = (tree.mean[box.node] as number) - origin
    const part = value * box.volume
    mean += part
    squares += value * part
    parts.push(part)
    for (let feature = 0; feature < lists.length; feature++) {
      lists[feature]?.add(box, box.shares[feature] as number)
    }
  })
  const values = Float64Array.from(parts)
  const axes = lists.map(list => list.columns())
  const single = Float64Array.from(axes, axis => singleVariance(axis, values, mean))
  // One pair after the other in the same cells, which then stay in the processor's cache.
  const most = Math.max(...axes.map(({ cells }) => cells.length)) + 1
  const room = new Float64Array(most * most)
  return {
    total: Math.max(squares - mean * mean, 0),
    single,
    pairs: pairs.map(([a, b]) => {
      const both = jointVariance(axes[a] as LeafColumns, axes[b] as LeafColumns, values, mean, room)
      return Math.max(both - (single[a] as number) - (single[b] as number), 0)
    }),
  }
}

/** Where the leaves of a tree lie on one axis, in columns. */
interface LeafColumns {
  /** Share of the domain per cell. */
  readonly cells: Float64Array
  /** Share of the domain per leaf. */
  readonly shares: Float64Array
  /** Runs of leaf i: first[i] … first[i + 1] − 1. */
  readonly first: Int32Array
  readonly from: Int32Array
  readonly to: Int32Array
}

class LeafRuns {
  readonly #axis: CellAxis
  readonly #shares: number[] = []
  readonly #first: number[] = [0]
  readonly #from: number[] = []
  readonly #to: number[] = []

  constructor(axis: CellAxis) {
    this.#axis = axis
  }

  add(box: LeafBox, share: number): void {
    for (const [from, to] of this.#axis.runsOf(box)) {
      this.#from.push(from)
      this.#to.push(to)
    }
    this.#first.push(this.#from.length)
    this.#shares.push(share)
  }

  columns(): LeafColumns {
    return {
      cells: this.#axis.shares,
      shares: Float64Array.from(this.#shares),
      first: Int32Array.from(this.#first),
      from: Int32Array.from(this.#from),
      to: Int32Array.from(this.#to),
    }
  }
}

/** The marginal of one feature, as changes from cell to cell. */
function singleVariance(
  { cells, shares, first, from, to }: LeafColumns,
  parts: Float64Array,
  mean: number,
): number {
  const changes = new Float64Array(cells.length + 1)
  for (let leaf = 0; leaf < parts.length; leaf++) {
    const added = (parts[leaf] as number) / (shares[leaf] as number)
    for (let run = first[leaf] as number; run < (first[leaf + 1] as number); run++) {
      const start = from[run] as number
      const end = to[run] as number
      changes[start] = (changes[start] as number) + added
      changes[end] = (changes[end] as number) - added
    }
  }
  let value = 0
  let sum = 0
  for (let cell = 0; cell < cells.length; cell++) {
    value += changes[cell] as number
    sum += (cells[cell] as number) * (value - mean) ** 2
  }
  return sum
}

/** The joint marginal of two features, as changes from cell to cell along both. @param room for all cells and an edge */
function jointVariance(
  rowLeaves: LeafColumns,
  columnLeaves: LeafColumns,
  parts: Float64Array,
  mean: number,
  room: Float64Array,
): number {
  const width = columnLeaves.cells.length + 1
  const changes = room.fill(0, 0, (rowLeaves.cells.length + 1) * width)
  for (let leaf = 0; leaf < parts.length; leaf++) {
    const share = (rowLeaves.shares[leaf] as number) * (columnLeaves.shares[leaf] as number)
    const added = (parts[leaf] as number) / share
    const firstOther = columnLeaves.first[leaf] as number
    const lastOther = columnLeaves.first[leaf + 1] as number
    for (
      let run = rowLeaves.first[leaf] as number;
      run < (rowLeaves.first[leaf + 1] as number);
      run++
    ) {
      const from = (rowLeaves.from[run] as number) * width
      const to = (rowLeaves.to[run] as number) * width
      for (let second = firstOther; second < lastOther; second++) {
        const below = columnLeaves.from[second] as number
        const above = columnLeaves.to[second] as number
        changes[from + below] = (changes[from + below] as number) + added
        changes[from + above] = (changes[from + above] as number) - added
        changes[to + below] = (changes[to + below] as number) - added
        changes[to + above] = (changes[to + above] as number) + added
      }
    }
  }
  const columns = new Float64Array(width)
  let sum = 0
  for (let row = 0; row < rowLeaves.cells.length; row++) {
    const start = row * width
    let value = 0
    let inRow = 0
    for (let column = 0; column < columnLeaves.cells.length; column++) {
      const changed = (columns[column] as number) + (changes[start + column] as number)
      columns[column] = changed
      value += changed
      inRow += (columnLeaves.cells[column] as number) * (value - mean) ** 2
    }
    sum += (rowLeaves.cells[row] as number) * inRow
  }
  return sum
}
