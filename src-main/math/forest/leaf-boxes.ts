import { sum } from '../numbers.ts'
import { hasCategory, type RegressionTree } from './regression-tree.ts'

/** The values of a feature: numbers between two bounds, or each of a number of categories. */
export type FeatureDomain =
  | { readonly kind: 'numeric'; readonly low: number; readonly high: number }
  | { readonly kind: 'categorical'; readonly categories: number }

/**
 * The part of the domains in which points fall into one leaf. The same object is used for every leaf: a
 * visitor must not keep it.
 */
export interface LeafBox {
  node: number
  /** Bounds of the numeric features. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Per feature 1 for every category that leads here; null for numeric features. */
  readonly categories: (Uint8Array | null)[]
  /** Per feature the share of its domain, > 0. */
  readonly shares: Float64Array
  /** The product of the shares: volumes of all leaves add up to 1. */
  volume: number
}

/** Goes through all leaves that have a volume, from left to right. */
export function visitLeaves(
  tree: RegressionTree,
  domains: readonly FeatureDomain[],
  visit: (box: LeafBox) => void,
): void {
  const box: LeafBox = {
    node: 0,
    low: Float64Array.from(domains, domain => (domain.kind === 'numeric' ? domain.low : 0)),
    high: Float64Array.from(domains, domain => (domain.kind === 'numeric' ? domain.high : 0)),
    categories: domains.map(domain =>
      domain.kind === 'numeric' ? null : new Uint8Array(domain.categories).fill(1),
    ),
    shares: new Float64Array(domains.length).fill(1),
    volume: 1,
  }
  descend(0)

  function descend(node: number): void {
    const feature = tree.feature[node] as number
    if (feature < 0) {
      box.node = node
      visit(box)
      return
    }
    const left = node + 1
    const right = tree.right[node] as number
    const domain = domains[feature] as FeatureDomain
    if (domain.kind === 'categorical') {
      const set = box.categories[feature] as Uint8Array
      const goesLeft = set.map((isIn, category) =>
        isIn === 1 && hasCategory(tree, node, category) ? 1 : 0,
      )
      const goesRight = set.map((isIn, category) => isIn - (goesLeft[category] as number))
      inSet(left, feature, goesLeft)
      inSet(right, feature, goesRight)
      box.categories[feature] = set
      return
    }
    const threshold = tree.threshold[node] as number
    const low = box.low[feature] as number
    const high = box.high[feature] as number
    const width = domain.high - domain.low
    if (threshold > low) {
      box.high[feature] = Math.min(threshold, high)
      inShare(left, feature, (box.high[feature] - low) / width)
      box.high[feature] = high
    }
    if (threshold < high) {
      box.low[feature] = Math.max(threshold, low)
      inShare(right, feature, (high - box.low[feature]) / width)
      box.low[feature] = low
    }
  }

  function inSet(node: number, feature: number, set: Uint8Array): void {
    const count = sum(set)
    if (count === 0) return
    box.categories[feature] = set
    inShare(node, feature, count / set.length)
  }

  function inShare(node: number, feature: number, share: number): void {
    const before = box.shares[feature] as number
    const { volume } = box
    box.shares[feature] = share
    box.volume = (volume * share) / before
    descend(node)
    box.shares[feature] = before
    box.volume = volume
  }
}
