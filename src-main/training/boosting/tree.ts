import type { BinnedColumn } from './bin-columns.ts'
import type { BoosterTable } from './booster.ts'

/**
 * A binary tree. Inner nodes are numbered from 0, the root first; a child below 0 is leaf ~child. A tree without inner nodes
 * is its leaf 0.
 */
export interface Tree {
  /** Column of every inner node. */
  readonly features: readonly number[]
  /** A number goes left if it is at most this, a bin if it is at most `bins`; unused for categories. */
  readonly thresholds: readonly number[]
  readonly bins: readonly number[]
  /** Where a gap goes; a gap of categories never goes left in trees of ours. */
  readonly gapsLeft: readonly boolean[]
  /** Categories that go left, and their bins; null for numbers. */
  readonly categories: readonly (readonly number[] | null)[]
  readonly leftBins: readonly (Uint8Array | null)[]
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly gains: readonly number[]
  /** Of every leaf; the learning rate is in them. */
  readonly values: Float64Array
}

/** Adds a tree's value for every binned row. */
export function addBinnedScores(
  tree: Tree,
  columns: readonly BinnedColumn[],
  scores: Float64Array,
  { width, offset }: { readonly width: number; readonly offset: number },
): void {
  const { features, bins, gapsLeft, leftBins, left, right, values } = tree
  const binsOf = features.map(feature => (columns[feature] as BinnedColumn).bins)
  const gaps = features.map(feature => (columns[feature] as BinnedColumn).count)
  const rows = scores.length / width
  const isLeaf = features.length === 0
  for (let row = 0; row < rows; row++) {
    let node = isLeaf ? -1 : 0
    while (node >= 0) {
      const bin = (binsOf[node] as Uint8Array)[row] as number
      const set = leftBins[node] as Uint8Array | null
      const goesLeft =
        set !== null
          ? set[bin] === 1
          : bin === gaps[node]
            ? (gapsLeft[node] as boolean)
            : bin <= (bins[node] as number)
      node = (goesLeft ? left[node] : right[node]) as number
    }
    const at = row * width + offset
    scores[at] = (scores[at] as number) + (values[~node] as number)
  }
}

/** The same for a table as it is. */
export function addScores(
  tree: Tree,
  { rows, columns }: BoosterTable,
  scores: Float64Array,
  { width, offset }: { readonly width: number; readonly offset: number },
): void {
  const { features, thresholds, gapsLeft, categories, left, right, values } = tree
  const columnOf = features.map(feature => columns[feature]?.values as Float64Array)
  const sets = categories.map(list => (list === null ? null : new Set(list)))
  const isLeaf = features.length === 0
  for (let row = 0; row < rows; row++) {
    let node = isLeaf ? -1 : 0
    while (node >= 0) {
      const value = (columnOf[node] as Float64Array)[row] as number
      const set = sets[node] as Set<number> | null
      const goesLeft =
        value !== value
          ? (gapsLeft[node] as boolean)
          : set !== null
            ? set.has(value)
            : value <= (thresholds[node] as number)
      node = (goesLeft ? left[node] : right[node]) as number
    }
    const at = row * width + offset
    scores[at] = (scores[at] as number) + (values[~node] as number)
  }
}
