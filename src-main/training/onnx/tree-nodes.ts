import type { ExportedModel } from '../../core/models/exported-model.ts'
import { parseFile } from '../../core/errors/invalid-data.ts'
import { readTrees, type ReadTrees } from '../boosting/read-trees.ts'
import type { Tree } from '../boosting/tree.ts'
import { tablePreprocessingSchema } from '../data/stored-table-fit.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { dataTypes, type OnnxAttribute } from './encode-onnx.ts'
import type { GraphBuilder } from './graph-builder.ts'

/**
 * Trees as one `TreeEnsembleRegressor`. `input` takes float64 [rows, columns]: the numeric columns of `preprocessing` as they
 * are, then of each categorical one the number of the category in `featureOf`; NaN is a gap, and a category that training
 * has not seen. Doubles, because a number that is rounded can fall on the other side of a split.
 */
export function addTrees(
  graph: GraphBuilder,
  model: ExportedModel & Required<Pick<ExportedModel, 'trees'>>,
  weights: readonly NamedTensor[],
): { readonly shape: readonly number[]; readonly type: 'float64' } {
  const { outputs, trees: description } = model
  const preprocessing = parseFile('model.json', tablePreprocessingSchema, model.preprocessing, [
    'preprocessing',
  ])
  const columns = preprocessing.numeric.length + preprocessing.categorical.length
  const read = readTrees(description, weights)
  const to = (type: keyof typeof dataTypes) => ({ to: { int: dataTypes[type] } })
  const input = read.isSingle
    ? graph.add('Cast', [graph.add('Cast', ['input'], to('float32'))], to('float64'))
    : 'input'
  const isForest = description.family === 'forest'
  const width = outputs.kind === 'classes' ? outputs.names.length : 1
  const targets = isForest ? forestTargets(read, width) : boostedTargets(read, width)
  const scores = graph.addClassical('TreeEnsembleRegressor', [input], {
    n_targets: { int: width },
    aggregate_function: { string: 'SUM' },
    base_values_as_tensor: doubles('base', targets.base),
    ...treeAttributes(read.trees, targets),
  })
  if (outputs.kind !== 'classes') graph.add('Identity', [scores])
  else if (!isForest) graph.add('Softmax', [scores], { axis: { int: -1 } })
  else {
    // The trees of a class know nothing of those of the others, so shares need not sum to 1.
    const sum = graph.add('ReduceSum', [scores, graph.integers([1])], { keepdims: { int: 1 } })
    graph.add('Div', [scores, sum])
  }
  return { shape: [columns], type: 'float64' }
}

/** Outputs that leaves add to, and their values before the first tree. */
interface Targets {
  readonly base: readonly number[]
  /** Pairs of target and value that a leaf of a tree adds. */
  readonly of: (tree: number, value: number) => readonly (readonly [number, number])[]
}

/** One logit for each class; of two classes the first one's is 0. */
function boostedTargets({ start }: ReadTrees, width: number): Targets {
  const first = width - start.length
  return {
    base: [...new Array<number>(first).fill(0), ...start],
    of: (tree, value) => [[first + (tree % start.length), value]],
  }
}

/** Shares of the classes with one more vote of a tree that knows nothing, as `forestScores`; or the mean. */
function forestTargets({ start, trees }: ReadTrees, width: number): Targets {
  const count = trees.length / start.length
  if (width === 1) return { base: [0], of: (_, value) => [[0, value / count]] }
  const share = (value: number) => value / (count + 1)
  const base = new Array<number>(width).fill(share(1 / width))
  if (start.length === width) return { base, of: (tree, value) => [[tree % width, share(value)]] }
  return {
    base,
    of: (_, value) => [
      [0, share(1 - value)],
      [1, share(value)],
    ],
  }
}

function treeAttributes(trees: readonly Tree[], targets: Targets): Record<string, OnnxAttribute> {
  const rows: NodeRow[] = []
  const leaves: { tree: number; node: number; target: number; value: number }[] = []
  for (const [tree, sourceTree] of trees.entries()) {
    addTree(sourceTree, tree, rows)
    for (const [leaf, value] of sourceTree.values.entries()) {
      const node = sourceTree.features.length + leaf
      for (const [target, leafValue] of targets.of(tree, value)) {
        leaves.push({ tree, node, target, value: leafValue })
      }
    }
  }
  const ints = (of: (row: NodeRow) => number): OnnxAttribute => ({ ints: rows.map(of) })
  return {
    nodes_treeids: ints(({ tree }) => tree),
    nodes_nodeids: ints(({ node }) => node),
    nodes_featureids: ints(({ feature }) => feature),
    nodes_modes: { strings: rows.map(({ mode }) => mode) },
    nodes_values_as_tensor: doubles(
      'values',
      rows.map(({ value }) => value),
    ),
    nodes_truenodeids: ints(({ whenTrue }) => whenTrue),
    nodes_falsenodeids: ints(({ whenFalse }) => whenFalse),
    nodes_missing_value_tracks_true: ints(({ gapsTrue }) => Number(gapsTrue)),
    target_treeids: { ints: leaves.map(({ tree }) => tree) },
    target_nodeids: { ints: leaves.map(({ node }) => node) },
    target_ids: { ints: leaves.map(({ target }) => target) },
    target_weights_as_tensor: doubles(
      'weights',
      leaves.map(({ value }) => value),
    ),
  }
}

function doubles(name: string, values: readonly number[]): OnnxAttribute {
  return { tensor: { name, shape: [values.length], data: Float64Array.from(values) } }
}

interface NodeRow {
  readonly tree: number
  readonly node: number
  readonly feature: number
  readonly mode: 'BRANCH_LEQ' | 'BRANCH_EQ' | 'LEAF'
  readonly value: number
  readonly whenTrue: number
  readonly whenFalse: number
  readonly gapsTrue: boolean
}

/**
 * Nodes of one tree: the inner ones, the leaves, and what a set of categories takes: one comparison after the other, each of
 * which leads to the same left child, as ONNX's converters of LightGBM's trees write it.
 */
function addTree(sourceTree: Tree, tree: number, rows: NodeRow[]): void {
  const inner = sourceTree.features.length
  const idOf = (child: number) => (child >= 0 ? child : inner + ~child)
  let free = inner + sourceTree.values.length
  const later: NodeRow[] = []
  for (const [node, feature] of sourceTree.features.entries()) {
    const [whenTrue, last] = [sourceTree.left[node], sourceTree.right[node]].map(child =>
      idOf(child as number),
    )
    const shared = { tree, feature, whenTrue: whenTrue as number }
    const whenFalse = last as number
    const gapsTrue = sourceTree.gapsLeft[node] === true
    const categories = sourceTree.categories[node] as readonly number[] | null
    if (categories === null) {
      const value = sourceTree.thresholds[node] as number
      rows.push({ ...shared, node, mode: 'BRANCH_LEQ', value, whenFalse, gapsTrue })
      continue
    }
    // No category has a number below 0.
    const [first = -1, ...others] = categories
    const chain = others.map(value => ({ value, node: free++ }))
    for (const [index, { value, node: rowNode }] of [{ value: first, node }, ...chain].entries()) {
      const next = chain[index]?.node ?? whenFalse
      const row = { ...shared, node: rowNode, mode: 'BRANCH_EQ', value, whenFalse: next } as const
      ;(index === 0 ? rows : later).push({ ...row, gapsTrue })
    }
  }
  for (let leaf = 0; leaf < sourceTree.values.length; leaf++) {
    const nowhere = { feature: 0, value: 0, whenTrue: 0, whenFalse: 0, gapsTrue: false }
    rows.push({ tree, node: inner + leaf, mode: 'LEAF', ...nowhere })
  }
  rows.push(...later)
}
