/**
 * A binary tree over features, its nodes in arrays. Node 0 is the root; the left child of a node is the next one,
 * its subtree comes before the right child.
 */
export interface RegressionTree {
  readonly nodeCount: number
  /** The feature that a node splits by; −1: a leaf. */
  readonly feature: Int32Array
  /** Numeric splits: values ≤ threshold go left. NaN: the split is one of categories. */
  readonly threshold: Float64Array
  /** Categorical splits: `words` per node; category c goes left if bit c % 32 of word ⌊c/32⌋ is set. */
  readonly leftCategories: Uint32Array
  readonly words: number
  readonly right: Int32Array
  /** Weighted mean and variance of the targets in a node, and the weight of its rows. */
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly weight: Float64Array
}

/** The leaf that a point falls into. @param point one number per feature, categories as codes */
export function leafOf(tree: RegressionTree, point: ArrayLike<number>): number {
  const { feature, threshold, right } = tree
  let node = 0
  for (;;) {
    const by = feature[node] as number
    if (by < 0) return node
    const value = point[by] as number
    const cut = threshold[node] as number
    // A comparison with NaN is false, so that only categorical splits are asked for their set.
    const goesLeft = value <= cut || (Number.isNaN(cut) && hasCategory(tree, node, value))
    node = goesLeft ? node + 1 : (right[node] as number)
  }
}

/** Whether a category goes left at a categorical split. */
export function hasCategory(tree: RegressionTree, node: number, category: number): boolean {
  const word = tree.leftCategories[node * tree.words + (category >>> 5)] as number
  return ((word >>> (category & 31)) & 1) === 1
}
