import type { BoosterTable } from './booster.ts'
import type { ReadTrees } from './read-trees.ts'
import type { Tree } from './tree.ts'

/**
 * SHAP values of raw scores along the paths of the trees, as LightGBM's: how much of a column is known is weighed by the rows
 * that took each branch.
 *
 * S. Lundberg, G. Erion, S.-I. Lee: Consistent individualized feature attribution for tree ensembles. 2018, arXiv:1802.03888,
 * algorithm 2.
 * @param background rows that the trees were trained on
 * @returns rows × scores × (columns + 1), the last one being the expected score
 */
export function treeContributions(
  { start, trees }: Pick<ReadTrees, 'start' | 'trees'>,
  table: BoosterTable,
  background: BoosterTable,
): Float64Array {
  const width = table.columns.length + 1
  const scores = start.length
  const result = new Float64Array(table.rows * scores * width)
  for (let at = 0; at < table.rows * scores; at++) {
    result[at * width + width - 1] = start[at % scores] as number
  }
  for (const [index, tree] of trees.entries()) {
    const walk = new TreeWalk(tree, coversOf(tree, background))
    for (let row = 0; row < table.rows; row++) {
      const from = (row * scores + (index % scores)) * width
      walk.add(table, row, result.subarray(from, from + width))
    }
  }
  return result
}

/** Rows of each inner node and leaf. */
interface Covers {
  readonly inner: Float64Array
  readonly leaves: Float64Array
}

/** A branch that no row took; it has to have some weight. */
const NO_ROW = 1e-9

function coversOf(tree: Tree, table: BoosterTable): Covers {
  const inner = new Float64Array(tree.features.length)
  const leaves = new Float64Array(tree.values.length)
  const goesLeft = leftOf(tree)
  for (let row = 0; row < table.rows; row++) {
    let node = inner.length === 0 ? -1 : 0
    while (node >= 0) {
      inner[node] = (inner[node] as number) + 1
      node = (goesLeft(node, table, row) ? tree.left[node] : tree.right[node]) as number
    }
    leaves[~node] = (leaves[~node] as number) + 1
  }
  return { inner: inner.map(weigh), leaves: leaves.map(weigh) }
}

function weigh(rows: number): number {
  return Math.max(rows, NO_ROW)
}

function leftOf({
  features,
  thresholds,
  gapsLeft,
  categories,
}: Tree): (node: number, table: BoosterTable, row: number) => boolean {
  const sets = categories.map(list => (list === null ? null : new Set(list)))
  return (node, { columns }, row) => {
    const value = columns[features[node] as number]?.values[row] as number
    if (Number.isNaN(value)) return gapsLeft[node] as boolean
    const set = sets[node] as Set<number> | null
    return set === null ? value <= (thresholds[node] as number) : set.has(value)
  }
}

/** One step of the path for each column on it: shares of the subsets in which it is unknown and known, and their weight. */
interface Step {
  readonly column: number
  readonly unknownShare: number
  readonly knownShare: number
  weight: number
}

class TreeWalk {
  readonly #tree: Tree
  readonly #covers: Covers
  readonly #goesLeft: ReturnType<typeof leftOf>
  readonly #expected: number

  constructor(tree: Tree, covers: Covers) {
    this.#tree = tree
    this.#covers = covers
    this.#goesLeft = leftOf(tree)
    const { leaves } = covers
    const total = leaves.reduce((sum, rows) => sum + rows, 0)
    this.#expected = tree.values.reduce((sum, value, at) => sum + (value * leaves[at]!) / total, 0)
  }

  /** @param into one per column, and the expected score */
  add(table: BoosterTable, row: number, into: Float64Array): void {
    into[into.length - 1]! += this.#expected
    if (this.#tree.features.length === 0) return
    const visit = (node: number, path: readonly Step[], next: Omit<Step, 'weight'>): void => {
      const extendedPath = extended(path, next)
      if (node < 0) {
        const value = this.#tree.values[~node] as number
        for (let at = 1; at < extendedPath.length; at++) {
          const { column, knownShare, unknownShare } = extendedPath[at] as Step
          into[column]! += unwoundSum(extendedPath, at) * (knownShare - unknownShare) * value
        }
        return
      }
      const column = this.#tree.features[node] as number
      const earlierStep = extendedPath.findIndex((step, at) => at > 0 && step.column === column)
      const before =
        earlierStep < 0 ? { unknownShare: 1, knownShare: 1 } : (extendedPath[earlierStep] as Step)
      const unwoundPath = earlierStep < 0 ? extendedPath : unwound(extendedPath, earlierStep)
      const sides = [this.#tree.left[node], this.#tree.right[node]] as [number, number]
      const [hot, cold] = this.#goesLeft(node, table, row) ? sides : [sides[1], sides[0]]
      const share = (child: number) => this.#rowsOf(child) / this.#rowsOf(node)
      visit(hot, unwoundPath, {
        column,
        unknownShare: share(hot) * before.unknownShare,
        knownShare: before.knownShare,
      })
      visit(cold, unwoundPath, {
        column,
        unknownShare: share(cold) * before.unknownShare,
        knownShare: 0,
      })
    }
    visit(0, [], { column: -1, unknownShare: 1, knownShare: 1 })
  }

  #rowsOf(node: number): number {
    return (node < 0 ? this.#covers.leaves[~node] : this.#covers.inner[node]) as number
  }
}

function extended(path: readonly Step[], next: Omit<Step, 'weight'>): Step[] {
  const depth = path.length
  const result = [...path.map(step => ({ ...step })), { ...next, weight: depth === 0 ? 1 : 0 }]
  for (let at = depth - 1; at >= 0; at--) {
    const [step, after] = [result[at] as Step, result[at + 1] as Step]
    after.weight += (next.knownShare * step.weight * (at + 1)) / (depth + 1)
    step.weight = (next.unknownShare * step.weight * (depth - at)) / (depth + 1)
  }
  return result
}

/** The path as if it had never passed a step. */
function unwound(path: readonly Step[], index: number): Step[] {
  const depth = path.length - 1
  const { knownShare, unknownShare } = path[index] as Step
  const weights = path.map(({ weight }) => weight)
  let next = weights[depth] as number
  for (let at = depth - 1; at >= 0; at--) {
    const weight = weights[at] as number
    if (knownShare === 0) {
      weights[at] = (weight * (depth + 1)) / (unknownShare * (depth - at))
      continue
    }
    weights[at] = (next * (depth + 1)) / ((at + 1) * knownShare)
    next = weight - ((weights[at] as number) * unknownShare * (depth - at)) / (depth + 1)
  }
  return path
    .filter((_, at) => at !== index)
    .map((step, at) => ({ ...step, weight: weights[at] as number }))
}

/** Sum of the weights of `unwound`. */
function unwoundSum(path: readonly Step[], index: number): number {
  const depth = path.length - 1
  const { knownShare, unknownShare } = path[index] as Step
  let next = (path[depth] as Step).weight
  let sum = 0
  for (let at = depth - 1; at >= 0; at--) {
    const { weight } = path[at] as Step
    if (knownShare === 0) {
      sum += (weight * (depth + 1)) / (unknownShare * (depth - at))
      continue
    }
    const partialWeight = (next * (depth + 1)) / ((at + 1) * knownShare)
    sum += partialWeight
    next = weight - (partialWeight * unknownShare * (depth - at)) / (depth + 1)
  }
  return sum
}
