import type { LayerDefinition } from '../models/network-definition.ts'
import type { GraphBuilder } from './graph-builder.ts'
import { columns } from './matrix-parts.ts'

type AttentionLayer = Extract<LayerDefinition, { kind: 'attention' }>

/** As in layers/attention.ts. */
const FAR_BELOW = 1e9

/** The tensors of the layer, row-major. */
export interface AttentionWeights {
  readonly weight: Float32Array
  readonly outputWeight: Float32Array
}

/** 1 where a token stands, 0 where there is padding, whose number is 0: [rows, steps]. */
export function addMask(graph: GraphBuilder, tokens: string): string {
  return graph.add('Min', [tokens, graph.number(1)])
}

/**
 * Self-attention in single operators: operator set 17 has none of its own.
 * @param name of the layer, before those of its constants
 * @param mask of {@link addMask}; null where every step counts
 */
export function addAttention(
  graph: GraphBuilder,
  input: string,
  name: string,
  { heads, headWidth }: AttentionLayer,
  [steps, features]: readonly [number, number],
  weights: AttentionWeights,
  mask: string | null,
): string {
  const width = heads * headWidth
  const part = (index: number, order: readonly number[]) => {
    const matrix = columns(weights.weight, 3 * width, index * width, width)
    const weight = graph.floats(`${name}.weight.${index}`, [features, width], matrix)
    const product = graph.add('MatMul', [input, weight])
    return graph.transpose(graph.reshape(product, [steps, heads, headWidth]), order)
  }
  const [query, key, value] = [part(0, [0, 2, 1, 3]), part(1, [0, 2, 3, 1]), part(2, [0, 2, 1, 3])]
  const products = graph.add('MatMul', [query, key])
  const scores = graph.add('Mul', [products, graph.number(1 / Math.sqrt(headWidth))])
  const shares = graph.add(
    'Softmax',
    [mask === null ? scores : masked(graph, scores, mask, steps)],
    {
      axis: { int: -1 },
    },
  )
  const attended = graph.transpose(graph.add('MatMul', [shares, value]), [0, 2, 1, 3])
  const joined = graph.reshape(attended, [steps, width])
  const outputWeight = graph.floats(`${name}.outputWeight`, [width, features], weights.outputWeight)
  return graph.add('MatMul', [joined, outputWeight])
}

function masked(graph: GraphBuilder, scores: string, mask: string, steps: number): string {
  const below = graph.add('Mul', [
    graph.add('Sub', [mask, graph.number(1)]),
    graph.number(FAR_BELOW),
  ])
  return graph.add('Add', [scores, graph.reshape(below, [1, 1, steps])])
}

/** The mean over the steps, [rows, features]; those of padding do not count. */
export function addStepMean(
  graph: GraphBuilder,
  input: string,
  steps: number,
  mask: string | null,
): string {
  if (mask === null) {
    return graph.add('ReduceMean', [input], { axes: { ints: [1] }, keepdims: { int: 0 } })
  }
  const maskedInput = graph.add('Mul', [input, graph.reshape(mask, [steps, 1])])
  const sum = graph.add('ReduceSum', [maskedInput, graph.integers([1])], { keepdims: { int: 0 } })
  const count = graph.add('ReduceSum', [mask, graph.integers([1])], { keepdims: { int: 1 } })
  return graph.add('Div', [sum, graph.add('Max', [count, graph.number(1)])])
}
