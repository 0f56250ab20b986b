import type { BoosterObjective } from './booster.ts'
import { scoresPerRow } from './booster.ts'
import type { Tree } from './tree.ts'

/** The parts of XGBoost's JSON schema of models (3.x) that predicting takes. */
interface StoredModel {
  readonly learner: {
    readonly learner_model_param: { readonly base_score: string }
    readonly gradient_booster: { readonly model: { readonly trees: readonly StoredTree[] } }
  }
}

/** One entry per node; a child of −1 makes it a leaf, whose value stands where others have what they compare with. */
interface StoredTree {
  readonly left_children: readonly number[]
  readonly right_children: readonly number[]
  readonly split_indices: readonly number[]
  readonly split_conditions: readonly number[]
  readonly split_type: readonly number[]
  readonly default_left: readonly number[]
  readonly loss_changes: readonly number[]
  readonly categories: readonly number[]
  readonly categories_nodes: readonly number[]
  readonly categories_segments: readonly number[]
  readonly categories_sizes: readonly number[]
}

/**
 * Trees out of XGBoost's JSON, in its order. They are for values rounded to float32, as the library compares them: what is
 * below a bound there is at most the number before it here.
 * @returns `start` holds the raw scores before the first tree
 */
export function readXgboostTrees(
  text: string,
  objective: BoosterObjective,
): { readonly start: Float64Array; readonly trees: readonly Tree[] } {
  const { learner } = JSON.parse(text) as StoredModel
  // Up to 3.0 one number, then a list of them.
  const baseScores = [learner.learner_model_param.base_score]
    .flatMap(words => words.replace(/[[\]]/g, '').split(','))
    .map(Number)
  const isProbability = objective.kind === 'logistic'
  const start = Float64Array.from({ length: scoresPerRow(objective) }, (_, at) => {
    const base = baseScores[at] ?? baseScores[0] ?? 0
    return isProbability ? Math.log(base / (1 - base)) : base
  })
  return { start, trees: learner.gradient_booster.model.trees.map(readTree) }
}

const LEAF = -1
const CATEGORICAL = 1

function readTree(stored: StoredTree): Tree {
  const inner: number[] = []
  const leaves: number[] = []
  const indexOfNode = new Map<number, number>()
  // Parents come first; nodes that were pruned away hang nowhere.
  const open = [0]
  for (let node = open.shift(); node !== undefined; node = open.shift()) {
    const isLeaf = stored.left_children[node] === LEAF
    indexOfNode.set(node, isLeaf ? ~leaves.length : inner.length)
    ;(isLeaf ? leaves : inner).push(node)
    if (!isLeaf) open.push(at(stored.left_children, node), at(stored.right_children, node))
  }
  // Listed categories go to the right there, and to the left here.
  const sets = new Map(
    stored.categories_nodes.map((node, index) => [node, categoriesOf(stored, index)]),
  )
  const isCategorical = (node: number) => stored.split_type[node] === CATEGORICAL
  const child = (node: number, isLeft: boolean) =>
    indexOfNode.get(
      at(isLeft === isCategorical(node) ? stored.right_children : stored.left_children, node),
    ) as number
  return {
    features: inner.map(node => at(stored.split_indices, node)),
    thresholds: inner.map(node =>
      isCategorical(node) ? 0 : numberBelow(at(stored.split_conditions, node)),
    ),
    bins: [],
    gapsLeft: inner.map(node => (stored.default_left[node] === 1) !== isCategorical(node)),
    categories: inner.map(node => (isCategorical(node) ? (sets.get(node) ?? []) : null)),
    leftBins: inner.map(() => null),
    left: inner.map(node => child(node, true)),
    right: inner.map(node => child(node, false)),
    gains: inner.map(node => at(stored.loss_changes, node)),
    values: Float64Array.from(leaves, node => Math.fround(at(stored.split_conditions, node))),
  }
}

function at(list: readonly number[], index: number): number {
  return list[index] as number
}

function categoriesOf(stored: StoredTree, index: number): readonly number[] {
  const from = at(stored.categories_segments, index)
  return stored.categories.slice(from, from + at(stored.categories_sizes, index))
}

/** The next float32 below; of 0 the smallest negative one. */
function numberBelow(value: number): number {
  const floats = Float32Array.of(value)
  const words = new Int32Array(floats.buffer)
  const [float = 0, word = 0] = [floats[0], words[0]]
  if (float === 0) return -(2 ** -149)
  words[0] = word + (float > 0 ? -1 : 1)
  return floats[0] as number
}
