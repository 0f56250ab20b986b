import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import type { Tree } from './tree.ts'

/** Trees and what they start from; `scores` by turns: tree 0 belongs to score 0, tree 1 to score 1 … */
export interface TreeModel {
  readonly start: Float64Array
  readonly trees: readonly Tree[]
  readonly columns: number
}

/**
 * Trees as tensors, all one after the other. Numbers of eight bytes are two words each, so nothing is rounded.
 *
 * - `trees.shape` [trees × 2]: inner nodes and categories in lists of each; leaves are inner nodes + 1
 * - `trees.columns` []: columns of the table
 * - `trees.start` [scores × 2]; `trees.values` [leaves × 2]
 * - `trees.nodes` [inner nodes × 5]: column, child left, child right, gap to the left, categories in the list or −1 for a number
 * - `trees.thresholds`, `trees.gains` [inner nodes × 2]; `trees.categories` [categories]
 */
const NODE_NUMBERS = 5

/** The tensor that every model of trees has. */
export const treeShape = 'trees.shape'

export function encodeTrees({ start, trees, columns }: TreeModel): readonly NamedTensor[] {
  const shape: number[] = []
  const nodes: number[] = []
  const categories: number[] = []
  for (const tree of trees) {
    const before = categories.length
    for (const [node, feature] of tree.features.entries()) {
      const nodeCategories = tree.categories[node] as readonly number[] | null
      nodes.push(feature, tree.left[node] as number, tree.right[node] as number)
      nodes.push(tree.gapsLeft[node] === true ? 1 : 0, nodeCategories?.length ?? -1)
      categories.push(...(nodeCategories ?? []))
    }
    shape.push(tree.features.length, categories.length - before)
  }
  return [
    integers('trees.columns', [columns]),
    integers(treeShape, shape),
    numbers('trees.start', start),
    integers('trees.nodes', nodes),
    numbers(
      'trees.thresholds',
      trees.flatMap(({ thresholds }) => thresholds),
    ),
    numbers(
      'trees.gains',
      trees.flatMap(({ gains }) => gains),
    ),
    integers('trees.categories', categories),
    numbers(
      'trees.values',
      trees.flatMap(({ values }) => [...values]),
    ),
  ]
}

/** @throws AppError `data.invalid` */
export function decodeTrees(tensors: readonly NamedTensor[]): TreeModel {
  const find = (name: string): Int32Array => {
    const data = tensors.find(tensor => tensor.name === name)?.data
    return data instanceof Int32Array ? data : damaged(name)
  }
  const shape = find(treeShape)
  const nodes = find('trees.nodes')
  const categories = find('trees.categories')
  const findNumbers = (name: string): Float64Array => {
    const words = find(name)
    if (words.length % 2 !== 0) damaged(name)
    return new Float64Array(Int32Array.from(words).buffer)
  }
  const thresholds = findNumbers('trees.thresholds')
  const gains = findNumbers('trees.gains')
  const values = findNumbers('trees.values')
  const [columns = 0] = find('trees.columns')
  const trees: Tree[] = []
  let [node, leaf, category] = [0, 0, 0]
  for (let at = 0; at < shape.length; at += 2) {
    const count = shape[at] as number
    if (count < 0) damaged(treeShape)
    const tree = {
      features: [] as number[],
      left: [] as number[],
      right: [] as number[],
      gapsLeft: [] as boolean[],
      categories: [] as (number[] | null)[],
    }
    for (let nodeInTree = 0; nodeInTree < count; nodeInTree++, node++) {
      const offset = node * NODE_NUMBERS
      const [feature = -1, left = 0, right = 0, gapLeft, length = -1] = nodes.subarray(
        offset,
        offset + NODE_NUMBERS,
      )
      const isChild = (child: number): boolean =>
        child > nodeInTree ? child < count : child < 0 && ~child <= count
      if (feature < 0 || feature >= columns || !isChild(left) || !isChild(right))
        damaged('trees.nodes')
      tree.features.push(feature)
      tree.left.push(left)
      tree.right.push(right)
      tree.gapsLeft.push(gapLeft === 1)
      tree.categories.push(
        length < 0 ? null : [...categories.subarray(category, category + length)],
      )
      category += Math.max(0, length)
    }
    trees.push({
      ...tree,
      thresholds: [...thresholds.subarray(node - count, node)],
      gains: [...gains.subarray(node - count, node)],
      values: values.slice(leaf, leaf + count + 1),
      bins: [],
      leftBins: tree.categories.map(() => null),
    })
    leaf += count + 1
  }
  if (values.length !== leaf || thresholds.length !== node) damaged('trees.values')
  return { start: findNumbers('trees.start'), trees, columns }
}

function integers(name: string, data: readonly number[]): NamedTensor {
  return { name, shape: [data.length], data: Int32Array.from(data) }
}

function numbers(name: string, data: ArrayLike<number>): NamedTensor {
  const words = new Int32Array(Float64Array.from(data).buffer)
  return { name, shape: [data.length, 2], data: words }
}

function damaged(field: string): never {
  const rule = msg('rule.undamaged', { format: 'safetensors' })
  throw new AppError('data.invalid', { path: 'weights.safetensors', field, value: null, rule })
}
