import type { RandomStream } from '../../math/random/random-stream.ts'
import type { BinnedColumn } from './bin-columns.ts'
import { findSplit, type LeafSums, outputOf, type Split, type SplitSettings } from './find-split.ts'
import { LeavesByGain } from './leaves-by-gain.ts'
import { type ParentLink, TreeNodes } from './tree-nodes.ts'
import type { Tree } from './tree.ts'

export interface GrowSettings extends SplitSettings {
  /** At least 1. */
  readonly leaves: number
  /** 0: no limit. */
  readonly maxDepth: number
}

/** Gradients of the loss by raw score, one per row of the table. */
export interface Gradients {
  readonly first: Float32Array
  readonly second: Float32Array
}

export interface GrownTree {
  readonly tree: Tree
  /** Rows of every leaf, among those that the tree has learned from. Valid until the next tree. */
  readonly leafRows: readonly Int32Array[]
}

/** Columns to look at for a split of one leaf, by rising number; those of the whole tree where every leaf looks at the same. */
export type FeatureChoice =
  { readonly tree: Int32Array } | { readonly perLeaf: number; readonly random: RandomStream }

interface Leaf {
  readonly sums: LeafSums
  readonly begin: number
  readonly depth: number
  /** Place in its parent; null for the root. */
  readonly parent: ParentLink | null
  readonly output: number
  histogram: Float64Array | null
  split: Split | null
}

/** Of a leaf whose columns are its own: sorting them is faster than a histogram. */
const MAX_SORTED_ROWS = 64
/** Bytes of histograms that are kept for subtraction. */
const MAX_HISTOGRAM_BYTES = 256 * 2 ** 20

/**
 * Grows trees leaf by leaf, the one with the largest gain first, over histograms; that of the larger child is the parent's less
 * that of the smaller one. Buffers are kept from tree to tree.
 */
export class TreeGrower {
  readonly #columns: readonly BinnedColumn[]
  readonly #settings: GrowSettings
  /** Of every column's histogram, in numbers. */
  readonly #starts: Int32Array
  readonly #length: number
  readonly #order: Int32Array
  readonly #spare: Int32Array
  readonly #first: Float32Array
  readonly #second: Float32Array
  readonly #goesLeft = new Uint8Array(256)
  readonly #used = new Int32Array(MAX_SORTED_ROWS + 1)
  readonly #small = new Float64Array(2 * MAX_SORTED_ROWS + 2)
  readonly #pool: Float64Array[] = []
  readonly #maxHistograms: number
  #histograms = 0

  constructor(columns: readonly BinnedColumn[], rows: number, settings: GrowSettings) {
    this.#columns = columns
    this.#settings = settings
    this.#starts = new Int32Array(columns.length)
    let length = 0
    for (const [feature, { count, hasGaps }] of columns.entries()) {
      this.#starts[feature] = length
      length += 2 * (hasGaps ? count + 1 : count)
    }
    this.#length = length
    this.#order = new Int32Array(rows)
    this.#spare = new Int32Array(rows)
    this.#first = new Float32Array(rows)
    this.#second = new Float32Array(rows)
    this.#maxHistograms = Math.max(2, Math.floor(MAX_HISTOGRAM_BYTES / 8 / Math.max(1, length)))
  }

  /** @param rows to learn from, by rising number; null: all */
  grow(gradients: Gradients, rows: Int32Array | null, choice: FeatureChoice): GrownTree {
    const order = this.#order
    const count = rows?.length ?? order.length
    if (rows !== null) order.set(rows)
    else for (let row = 0; row < count; row++) order[row] = row
    let [gradient, hessian] = [0, 0]
    for (let index = 0; index < count; index++) {
      const row = order[index] as number
      gradient += gradients.first[row] as number
      hessian += gradients.second[row] as number
    }
    const nodes = new TreeNodes()
    const sums = { gradient, hessian, rows: count }
    const output = outputOf(sums, this.#settings, this.#settings.lambdaL2)
    const root: Leaf = {
      sums,
      begin: 0,
      depth: 0,
      parent: null,
      output,
      histogram: null,
      split: null,
    }
    const whole = 'tree' in choice ? this.#histogramOf(root, gradients, choice.tree) : null
    this.#look(root, gradients, choice, whole)
    const leaves = [root]
    // Only a limit makes their order count.
    const open = new LeavesByGain()
    open.push(0, root.split)
    while (leaves.length < this.#settings.leaves) {
      const index = open.pop()
      if (index === null) break
      const leaf = leaves[index] as Leaf
      const [left, right] = this.#divide(leaf, nodes)
      leaves[index] = left
      leaves.push(right)
      if (leaves.length < this.#settings.leaves) {
        this.#lookAtBoth(leaf, left, right, gradients, choice)
        open.push(index, left.split)
        open.push(leaves.length - 1, right.split)
      }
      this.#release(leaf)
    }
    for (const leaf of leaves) this.#release(leaf)
    return {
      tree: nodes.finish(leaves),
      leafRows: leaves.map(({ begin, sums: { rows } }) => order.subarray(begin, begin + rows)),
    }
  }

  #lookAtBoth(
    parent: Leaf,
    left: Leaf,
    right: Leaf,
    gradients: Gradients,
    choice: FeatureChoice,
  ): void {
    const [smaller, larger] = left.sums.rows < right.sums.rows ? [left, right] : [right, left]
    if (!this.#maySplit(larger)) return
    if ('perLeaf' in choice) {
      this.#look(left, gradients, choice, null)
      this.#look(right, gradients, choice, null)
      return
    }
    const small = this.#histogramOf(smaller, gradients, choice.tree)
    const whole = parent.histogram
    let large: Float64Array
    if (whole === null) large = this.#histogramOf(larger, gradients, choice.tree)
    else {
      parent.histogram = null
      for (let at = 0; at < whole.length; at++)
        whole[at] = (whole[at] as number) - (small[at] as number)
      large = whole
    }
    this.#look(smaller, gradients, choice, small)
    this.#look(larger, gradients, choice, large)
  }

  #maySplit({ sums: { rows }, depth }: Leaf): boolean {
    const { minRowsPerLeaf, maxDepth } = this.#settings
    return rows >= 2 * minRowsPerLeaf && (maxDepth === 0 || depth < maxDepth)
  }

  /** Finds the leaf's best split, and keeps its histogram if there is one. */
  #look(
    leaf: Leaf,
    gradients: Gradients,
    choice: FeatureChoice,
    histogram: Float64Array | null,
  ): void {
    const features = 'perLeaf' in choice ? this.#draw(choice) : choice.tree
    if (histogram === null && leaf.sums.rows <= MAX_SORTED_ROWS) {
      if (this.#maySplit(leaf)) this.#lookAtRows(leaf, gradients, features)
      return
    }
    if (this.#maySplit(leaf)) {
      const sums = histogram ?? this.#histogramOf(leaf, gradients, features)
      for (const feature of features) {
        const { count, hasGaps, restBin, codes } = this.#columns[feature] as BinnedColumn
        const bins = {
          start: this.#starts[feature] as number,
          count,
          hasGaps,
          firstIsRest: restBin === 0,
        }
        leaf.split = findSplit(
          feature,
          { sums, ...bins, isCategorical: codes !== null },
          leaf.sums,
          this.#settings,
          leaf.split,
        )
      }
      if (histogram === null) this.#give(sums)
    }
    if (histogram === null) return
    if (leaf.split !== null && this.#histograms <= this.#maxHistograms) leaf.histogram = histogram
    else this.#give(histogram)
  }

  /** Over the bins that rows of a small leaf are in, with splits in the middle between two of them. */
  #lookAtRows(leaf: Leaf, gradients: Gradients, features: Int32Array): void {
    const { begin, sums } = leaf
    const used = this.#used
    const small = this.#small
    for (const feature of features) {
      const { bins, count, codes, hasGaps } = this.#columns[feature] as BinnedColumn
      const isCategorical = codes !== null
      let length = 0
      for (let index = begin; index < begin + sums.rows; index++) {
        const row = this.#order[index] as number
        const bin = bins[row] as number
        let at = length
        while (at > 0 && (used[at - 1] as number) >= bin) at--
        if (at === length || used[at] !== bin) {
          for (let last = length; last > at; last--) {
            used[last] = used[last - 1] as number
            small[2 * last] = small[2 * last - 2] as number
            small[2 * last + 1] = small[2 * last - 1] as number
          }
          used[at] = bin
          small[2 * at] = 0
          small[2 * at + 1] = 0
          length++
        }
        small[2 * at] = (small[2 * at] as number) + (gradients.first[row] as number)
        small[2 * at + 1] = (small[2 * at + 1] as number) + (gradients.second[row] as number)
      }
      // The histogram of categories begins with that of the others.
      if (isCategorical && used[0] !== 0) {
        used.copyWithin(1, 0, length)
        small.copyWithin(2, 0, 2 * length)
        used[0] = 0
        small.fill(0, 0, 2)
        length++
      }
      const hasGap = hasGaps && used[length - 1] === count
      const usedBins = { start: 0, count: hasGap ? length - 1 : length, hasGaps: hasGap }
      const histogram = { sums: small, ...usedBins, firstIsRest: false, isCategorical }
      const localSplit = findSplit(feature, histogram, sums, this.#settings, null)
      if (localSplit === null || (leaf.split !== null && localSplit.gain <= leaf.split.gain))
        continue
      const { bin, leftBins } = localSplit
      const next = bin + 1 < usedBins.count ? (used[bin + 1] as number) - 1 : count - 1
      leaf.split = {
        ...localSplit,
        bin: leftBins === null ? ((used[bin] as number) + next) >> 1 : 0,
        leftBins: leftBins?.map(leftBin => used[leftBin] as number) ?? null,
      }
    }
  }

  #draw({ perLeaf, random }: { perLeaf: number; random: RandomStream }): Int32Array {
    const count = this.#columns.length
    const chosen = new Set<number>()
    // Floyd's way: as many draws as columns.
    for (let last = count - perLeaf; last < count; last++) {
      const drawn = random.integer(last + 1)
      chosen.add(chosen.has(drawn) ? last : drawn)
    }
    return Int32Array.from(chosen).sort()
  }

  #histogramOf({ begin, sums }: Leaf, gradients: Gradients, features: Int32Array): Float64Array {
    const { rows } = sums
    const histogram = this.#take(features)
    const order = this.#order
    const isWhole = rows === order.length
    let { first, second } = gradients
    if (!isWhole) {
      first = this.#first
      second = this.#second
      for (let index = 0; index < rows; index++) {
        const row = order[begin + index] as number
        first[index] = gradients.first[row] as number
        second[index] = gradients.second[row] as number
      }
    }
    for (const feature of features) {
      const { bins, count, hasGaps, restBin } = this.#columns[feature] as BinnedColumn
      const start = this.#starts[feature] as number
      if (isWhole) addRows(histogram, start, bins, first, second, rows)
      else addSomeRows(histogram, start, bins, first, second, order, begin, rows)
      if (restBin > 0) putRest(histogram, start, hasGaps ? count + 1 : count, restBin, sums)
    }
    return histogram
  }

  #take(features: Int32Array): Float64Array {
    this.#histograms++
    const histogram = this.#pool.pop()
    if (histogram === undefined) return new Float64Array(this.#length)
    if (features.length === this.#columns.length) return histogram.fill(0)
    for (const feature of features) {
      const start = this.#starts[feature] as number
      histogram.fill(0, start, this.#starts[feature + 1] ?? this.#length)
    }
    return histogram
  }

  #give(histogram: Float64Array): void {
    this.#histograms--
    this.#pool.push(histogram)
  }

  #release(leaf: Leaf): void {
    if (leaf.histogram !== null) this.#give(leaf.histogram)
    leaf.histogram = null
  }

  #divide({ begin, sums, depth, parent, split }: Leaf, nodes: TreeNodes): [Leaf, Leaf] {
    const { feature, bin, gapsLeft, leftBins, left, right, lambdaL2 } = split as Split
    const column = this.#columns[feature] as BinnedColumn
    const order = this.#order
    const spare = this.#spare
    const goesLeft = this.#goesLeft.fill(0)
    if (leftBins === null) {
      goesLeft.fill(1, 0, bin + 1)
      goesLeft[column.count] = gapsLeft ? 1 : 0
    } else for (const leftBin of leftBins) goesLeft[leftBin] = 1
    const { bins } = column
    let lefts = begin
    let rights = 0
    for (let index = begin; index < begin + sums.rows; index++) {
      const row = order[index] as number
      if (goesLeft[bins[row] as number] === 1) order[lefts++] = row
      else spare[rights++] = row
    }
    order.set(spare.subarray(0, rights), lefts)
    // Importances count what the least gain takes away, too.
    const whole = { ...(split as Split), gain: (split as Split).gain + this.#settings.minGain }
    const node = nodes.add(whole, column, parent)
    const child = (side: LeafSums, isLeft: boolean, start: number, rows: number): Leaf => ({
      sums: { ...side, rows },
      begin: start,
      depth: depth + 1,
      parent: { node, isLeft },
      output: outputOf(side, this.#settings, lambdaL2),
      histogram: null,
      split: null,
    })
    return [
      child(left, true, begin, lefts - begin),
      child(right, false, lefts, sums.rows - (lefts - begin)),
    ]
  }
}

/** See {@link BinnedColumn.restBin}. */
function putRest(
  histogram: Float64Array,
  start: number,
  count: number,
  restBin: number,
  { gradient, hessian }: LeafSums,
): void {
  let first = gradient
  let second = hessian
  for (let bin = 0; bin < count; bin++) {
    if (bin === restBin) continue
    first -= histogram[start + 2 * bin] as number
    second -= histogram[start + 2 * bin + 1] as number
  }
  histogram[start + 2 * restBin] = first
  histogram[start + 2 * restBin + 1] = second
}

function addRows(
  histogram: Float64Array,
  start: number,
  bins: Uint8Array,
  first: Float32Array,
  second: Float32Array,
  rows: number,
): void {
  for (let row = 0; row < rows; row++) {
    const at = start + 2 * (bins[row] as number)
    histogram[at] = (histogram[at] as number) + (first[row] as number)
    histogram[at + 1] = (histogram[at + 1] as number) + (second[row] as number)
  }
}

function addSomeRows(
  histogram: Float64Array,
  start: number,
  bins: Uint8Array,
  first: Float32Array,
  second: Float32Array,
  order: Int32Array,
  begin: number,
  rows: number,
): void {
  for (let index = 0; index < rows; index++) {
    const at = start + 2 * (bins[order[begin + index] as number] as number)
    histogram[at] = (histogram[at] as number) + (first[index] as number)
    histogram[at + 1] = (histogram[at + 1] as number) + (second[index] as number)
  }
}
