import type { RandomStream } from '../random/random-stream.ts'
import type { Feature, FeatureTable } from './feature-table.ts'

/**
 * Where a numeric split is put, and which sets of categories are looked at.
 * - `midpoint`: halfway between two neighboring rows; the best of all such cuts (CART).
 * - `between`: the same cuts, but somewhere at random between the two rows, so that trees differ there:
 *   predictions move evenly from one row to the next and are least certain in between (Hutter 2014).
 * - `random`: one cut per feature, uniform over the values of the node (extremely randomized trees).
 */
export type ThresholdRule = 'midpoint' | 'between' | 'random'

/** The rows of one node and what they add up to. */
export interface NodeRows {
  /** Rows begin … end − 1 of every order. */
  readonly begin: number
  readonly end: number
  /** Sum of weights, and of weight · target. */
  readonly weight: number
  readonly sum: number
}

/** The best way found so far to cut a node in two. */
export interface Split {
  feature: number
  /** NaN if by categories. */
  threshold: number
  /** Σ over both sides of sum²/weight: the larger, the less variance remains. */
  score: number
  /** The set that goes left; its array is replaced, never changed. */
  categories: Uint8Array | null
}

export function noSplit(): Split {
  return { feature: -1, threshold: Number.NaN, score: Number.NEGATIVE_INFINITY, categories: null }
}

/** Shared by all nodes of a tree while it grows. */
export interface SplitSearch {
  readonly table: FeatureTable
  /** Per row; the target is shifted so that its mean is near 0, which keeps the sums exact enough. */
  readonly targets: Float64Array
  readonly weights: Float64Array
  /** Per row weight · target. */
  readonly parts: Float64Array
  readonly minLeafRows: number
  readonly thresholds: ThresholdRule
  readonly random: RandomStream
  readonly scratch: CategorySums
}

/** Sums of the rows of a node by category; one object for all nodes, as many are looked at. */
export interface CategorySums {
  readonly counts: Int32Array
  readonly weights: Float64Array
  readonly sums: Float64Array
}

export function categorySums(features: readonly Feature[]): CategorySums {
  const most = features.reduce(
    (size, feature) => (feature.kind === 'numeric' ? size : Math.max(size, feature.categories)),
    0,
  )
  return {
    counts: new Int32Array(most),
    weights: new Float64Array(most),
    sums: new Float64Array(most),
  }
}

/**
 * Tries to improve `best` by a split on one feature.
 * @param rows of the node at begin … end − 1, rising by the feature where the rule needs it
 * @returns false if the feature cannot split the node because all its values are equal
 */
export function trySplits(
  search: SplitSearch,
  node: NodeRows,
  feature: number,
  rows: Int32Array,
  best: Split,
): boolean {
  const kind = search.table.features[feature] as Feature
  if (kind.kind === 'categorical') {
    return tryCategories(search, node, feature, kind.categories, rows, best)
  }
  return search.thresholds === 'random'
    ? tryRandomThreshold(search, node, feature, rows, best)
    : tryThresholds(search, node, feature, rows, best)
}

function tryThresholds(
  { table, parts, weights, minLeafRows, thresholds, random }: SplitSearch,
  { begin, end, weight, sum }: NodeRows,
  feature: number,
  rows: Int32Array,
  best: Split,
): boolean {
  const column = table.columns[feature] as Float64Array
  if (column[rows[begin] as number] === column[rows[end - 1] as number]) return false
  let leftWeight = 0
  let leftSum = 0
  let bestAt = -1
  let bestScore = best.score
  let value = column[rows[begin] as number] as number
  const last = end - minLeafRows
  for (let at = begin; at < last; at++) {
    const row = rows[at] as number
    leftWeight += weights[row] as number
    leftSum += parts[row] as number
    const next = column[rows[at + 1] as number] as number
    if (next === value) continue
    value = next
    if (at + 1 - begin < minLeafRows) continue
    const rightSum = sum - leftSum
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight)
    if (score > bestScore) {
      bestScore = score
      bestAt = at
    }
  }
  if (bestAt < 0) return true
  const low = column[rows[bestAt] as number] as number
  const high = column[rows[bestAt + 1] as number] as number
  const share = thresholds === 'between' ? random.uniform() : 0.5
  const threshold = (1 - share) * low + share * high
  best.feature = feature
  best.score = bestScore
  // Rounding must not move the upper row to the left.
  best.threshold = threshold < high ? threshold : low
  best.categories = null
  return true
}

function tryRandomThreshold(
  { table, parts, weights, minLeafRows, random }: SplitSearch,
  { begin, end, weight, sum }: NodeRows,
  feature: number,
  rows: Int32Array,
  best: Split,
): boolean {
  const column = table.columns[feature] as Float64Array
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let at = begin; at < end; at++) {
    const value = column[rows[at] as number] as number
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low === high) return false
  const share = random.uniform()
  const drawn = (1 - share) * low + share * high
  const threshold = drawn < high ? drawn : low
  let leftRows = 0
  let leftWeight = 0
  let leftSum = 0
  for (let at = begin; at < end; at++) {
    const row = rows[at] as number
    if ((column[row] as number) > threshold) continue
    leftRows++
    leftWeight += weights[row] as number
    leftSum += parts[row] as number
  }
  if (leftRows < minLeafRows || end - begin - leftRows < minLeafRows) return true
  const rightSum = sum - leftSum
  const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight)
  if (score > best.score) {
    best.feature = feature
    best.score = score
    best.threshold = threshold
    best.categories = null
  }
  return true
}

/**
 * With targets of real numbers the best of all sets of categories is a beginning of the list of
 * categories by their mean target (Fisher: On grouping for maximum homogeneity. JASA 53, 1958,
 * doi:10.1080/01621459.1958.10501479); `random` cuts a shuffled list anywhere. Categories that the node
 * has not go to either side by a coin: trees then disagree about them, as they should.
 */
function tryCategories(
  { table, parts, weights, minLeafRows, thresholds, random, scratch }: SplitSearch,
  { begin, end, weight, sum }: NodeRows,
  feature: number,
  categories: number,
  rows: Int32Array,
  best: Split,
): boolean {
  const column = table.columns[feature] as Float64Array
  const { counts, weights: categoryWeights, sums } = scratch
  for (let category = 0; category < categories; category++) {
    counts[category] = 0
    categoryWeights[category] = 0
    sums[category] = 0
  }
  for (let at = begin; at < end; at++) {
    const row = rows[at] as number
    const category = column[row] as number
    counts[category] = (counts[category] as number) + 1
    categoryWeights[category] = (categoryWeights[category] as number) + (weights[row] as number)
    sums[category] = (sums[category] as number) + (parts[row] as number)
  }
  const present: number[] = []
  for (let category = 0; category < categories; category++) {
    if (counts[category] !== 0) present.push(category)
  }
  if (present.length < 2) return false
  const meanOf = (category: number): number =>
    (sums[category] as number) / (categoryWeights[category] as number)
  const order =
    thresholds === 'random'
      ? random.shuffled(present)
      : present.sort((a, b) => meanOf(a) - meanOf(b) || a - b)
  const only = thresholds === 'random' ? 1 + random.integer(order.length - 1) : 0
  let leftRows = 0
  let leftWeight = 0
  let leftSum = 0
  let bestCount = 0
  for (let count = 1; count < order.length; count++) {
    const category = order[count - 1] as number
    leftRows += counts[category] as number
    leftWeight += categoryWeights[category] as number
    leftSum += sums[category] as number
    if (only > 0 && count !== only) continue
    if (leftRows < minLeafRows || end - begin - leftRows < minLeafRows) continue
    const rightSum = sum - leftSum
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight)
    if (score > best.score) {
      best.score = score
      bestCount = count
    }
  }
  if (bestCount === 0) return true
  const goesLeft = new Uint8Array(categories)
  for (let category = 0; category < categories; category++) {
    if (counts[category] === 0) goesLeft[category] = random.integer(2)
  }
  for (let count = 0; count < bestCount; count++) goesLeft[order[count] as number] = 1
  best.feature = feature
  best.threshold = Number.NaN
  best.categories = goesLeft
  return true
}
