import { categoryWords, type FeatureTable } from './feature-table.ts'
import { noSplit, type Split, type SplitSearch, trySplits } from './find-split.ts'
import type { RegressionTree } from './regression-tree.ts'

export interface GrowthLimits {
  /** A node with fewer rows is a leaf; ≥ 2. */
  readonly minSplitRows: number
  /** Splits that leave a side with fewer rows are not made; ≥ 1. */
  readonly minLeafRows: number
  /** Splits between root and leaf; may be infinite. */
  readonly maxDepth: number
  /** Features looked at per split, 1 … features; those whose values are all equal do not count. */
  readonly featuresPerSplit: number
}

interface OpenNode {
  readonly begin: number
  readonly end: number
  readonly depth: number
  /** Whose right child it is; −1: a left child, which comes right after its parent, or the root. */
  readonly parent: number
}

/**
 * Grows a tree that splits where the variance of the targets falls most, until nodes are pure or a limit
 * is reached (Breiman, Friedman, Olshen, Stone: Classification and regression trees. 1984). Which of
 * equally good features is taken, and which are looked at, is random.
 *
 * @param search rows with weight 0 are left out
 * @param sorted rows by each numeric feature; needed unless thresholds are `random`
 * @param shift what was taken off the targets; means are given with it
 */
export function growTree(
  search: SplitSearch & GrowthLimits,
  sorted: readonly (Int32Array | null)[],
  shift: number,
): RegressionTree {
  const { table, weights, minSplitRows, minLeafRows, maxDepth } = search
  const smallestSplit = Math.max(minSplitRows, 2 * minLeafRows)
  const orders = search.thresholds === 'random' ? [] : sorted
  const partition = new RowPartition(table, weights, orders, smallestSplit)
  const nodes = new NodeList(partition.rowCount, categoryWords(table.features))
  const features = table.features.map((_, index) => index)
  const open: OpenNode[] = [{ begin: 0, end: partition.rowCount, depth: 0, parent: -1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { begin, end, depth } = next
    const { node, weight, sum, isPure } = nodes.add(next, partition.rows, search, shift)
    if (isPure || depth >= maxDepth || end - begin < smallestSplit) {
      continue
    }
    const split = bestSplit({ begin, end, weight, sum })
    if (split.feature < 0) continue
    nodes.split(node, split)
    const middle = partition.split(begin, end, split)
    open.push({ begin: middle, end, depth: depth + 1, parent: node })
    open.push({ begin, end: middle, depth: depth + 1, parent: -1 })
  }
  return nodes.tree()

  function bestSplit(node: Parameters<typeof trySplits>[1]): Split {
    const best = noSplit()
    let looked = 0
    for (
      let remaining = features.length;
      remaining > 0 && looked < search.featuresPerSplit;
      remaining--
    ) {
      // Fisher–Yates from the end, as far as needed.
      const drawn = search.random.integer(remaining)
      const feature = features[drawn] as number
      features[drawn] = features[remaining - 1] as number
      features[remaining - 1] = feature
      if (trySplits(search, node, feature, partition.rowsBy(feature), best)) looked++
    }
    return best
  }
}

/** The rows of an order that have a weight. @param count how many those are */
function drawnOf(order: Int32Array, weights: Float64Array, count: number): Int32Array {
  const drawn = new Int32Array(count)
  let next = 0
  for (const row of order) if ((weights[row] as number) > 0) drawn[next++] = row
  return drawn
}

/** The rows of the tree, ordered so that those of a node stand together, and within it by each feature. */
class RowPartition {
  readonly rows: Int32Array
  readonly rowCount: number
  readonly #table: FeatureTable
  readonly #orders: readonly (Int32Array | null)[]
  readonly #goesLeft: Uint8Array
  readonly #spare: Int32Array
  /** Nodes with fewer rows are leaves. */
  readonly #smallestSplit: number

  constructor(
    table: FeatureTable,
    weights: Float64Array,
    sorted: readonly (Int32Array | null)[],
    smallestSplit: number,
  ) {
    const rows = new Int32Array(table.rowCount)
    let used = 0
    for (let row = 0; row < rows.length; row++) {
      if ((weights[row] as number) > 0) rows[used++] = row
    }
    this.#table = table
    this.#smallestSplit = smallestSplit
    this.rows = rows.subarray(0, used)
    this.rowCount = used
    this.#orders = sorted.map(order => order && drawnOf(order, weights, used))
    this.#goesLeft = new Uint8Array(table.rowCount)
    this.#spare = new Int32Array(this.rowCount)
  }

  rowsBy(feature: number): Int32Array {
    return this.#orders[feature] ?? this.rows
  }

  /** Moves the rows that go left before the others, in all orders. @returns where the others begin */
  split(begin: number, end: number, { feature, threshold, categories }: Split): number {
    const column = this.#table.columns[feature] as Float64Array
    for (let at = begin; at < end; at++) {
      const row = this.rows[at] as number
      const value = column[row] as number
      this.#goesLeft[row] = categories ? (categories[value] as number) : Number(value <= threshold)
    }
    const middle = this.#partition(this.rows, begin, end)
    // Leaves are read by row alone.
    if (Math.max(middle - begin, end - middle) < this.#smallestSplit) return middle
    for (const order of this.#orders) if (order !== null) this.#partition(order, begin, end)
    return middle
  }

  /** Without a branch that depends on the row, which processors cannot foresee; most of a forest's time is spent here. */
  #partition(order: Int32Array, begin: number, end: number): number {
    const goesLeft = this.#goesLeft
    const spare = this.#spare
    let left = begin
    let right = 0
    for (let at = begin; at < end; at++) {
      const row = order[at] as number
      const isLeft = goesLeft[row] as number
      order[left] = row
      spare[right] = row
      left += isLeft
      right += 1 - isLeft
    }
    for (let at = 0; at < right; at++) order[left + at] = spare[at] as number
    return left
  }
}

class NodeList {
  #count = 0
  readonly #words: number
  readonly #feature: Int32Array
  readonly #threshold: Float64Array
  readonly #leftCategories: Uint32Array
  readonly #right: Int32Array
  readonly #mean: Float64Array
  readonly #variance: Float64Array
  readonly #weight: Float64Array

  constructor(rowCount: number, words: number) {
    // A binary tree with at most one leaf per row.
    const most = Math.max(2 * rowCount - 1, 1)
    this.#words = words
    this.#feature = new Int32Array(most).fill(-1)
    this.#threshold = new Float64Array(most).fill(Number.NaN)
    this.#leftCategories = new Uint32Array(most * words)
    this.#right = new Int32Array(most)
    this.#mean = new Float64Array(most)
    this.#variance = new Float64Array(most)
    this.#weight = new Float64Array(most)
  }

  add(
    { begin, end, parent }: OpenNode,
    rows: Int32Array,
    { targets, weights, parts }: SplitSearch,
    shift: number,
  ): { node: number; weight: number; sum: number; isPure: boolean } {
    const node = this.#count++
    if (parent >= 0) this.#right[parent] = node
    let weight = 0
    let sum = 0
    let squares = 0
    let lowest = Number.POSITIVE_INFINITY
    let highest = Number.NEGATIVE_INFINITY
    for (let at = begin; at < end; at++) {
      const row = rows[at] as number
      const target = targets[row] as number
      const part = parts[row] as number
      weight += weights[row] as number
      sum += part
      squares += part * target
      if (target < lowest) lowest = target
      if (target > highest) highest = target
    }
    const isPure = !(lowest < highest)
    const mean = isPure ? lowest : sum / weight
    this.#mean[node] = mean + shift
    this.#variance[node] = isPure ? 0 : Math.max(squares / weight - mean * mean, 0)
    this.#weight[node] = weight
    return { node, weight, sum, isPure }
  }

  split(node: number, { feature, threshold, categories }: Split): void {
    this.#feature[node] = feature
    this.#threshold[node] = threshold
    categories?.forEach((isLeft, category) => {
      if (isLeft === 0) return
      const word = node * this.#words + (category >>> 5)
      this.#leftCategories[word] = (this.#leftCategories[word] as number) | (1 << (category & 31))
    })
  }

  tree(): RegressionTree {
    const count = this.#count
    const words = this.#words
    return {
      nodeCount: count,
      words,
      feature: this.#feature.subarray(0, count),
      threshold: this.#threshold.subarray(0, count),
      leftCategories: this.#leftCategories.subarray(0, count * words),
      right: this.#right.subarray(0, count),
      mean: this.#mean.subarray(0, count),
      variance: this.#variance.subarray(0, count),
      weight: this.#weight.subarray(0, count),
    }
  }
}
