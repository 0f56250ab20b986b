import type { NamedTensor } from '../objectives/objective-host.ts'
import type { LayerDefinition } from '../models/network-definition.ts'
import type { GraphBuilder } from './graph-builder.ts'
import { columns, rows } from './matrix-parts.ts'

type RecurrentLayer = Extract<LayerDefinition, { kind: 'recurrent' }>

/** Columns of our gate matrices in ONNX's order: ours are i f g o, theirs i o f c; r u and c against z r h. */
const lstmOrder = [0, 3, 1, 2] as const

/**
 * An LSTM or GRU node of ONNX: sequences come steps first; weights are [directions, gates · units, inputs],
 * transposed against ours, the rows of inputs and of the hidden state apart. `linear_before_reset` 0 is the GRU
 * of Cho et al., as ours.
 * @param weights of the layer, in its own order, one direction after the other
 */
export function addRecurrent(
  graph: GraphBuilder,
  input: string,
  name: string,
  layer: RecurrentLayer,
  features: number,
  weights: readonly NamedTensor[],
): string {
  const { cell, units, bidirectional, outputs } = layer
  const directions = bidirectional ? 2 : 1
  const gates = cell === 'lstm' ? 4 : 3
  const perDirection = weights.length / directions
  const parts = Array.from({ length: directions }, (_, direction) => {
    const directionWeights = weights.slice(direction * perDirection, (direction + 1) * perDirection)
    const data = directionWeights.map(tensor => tensor.data as Float32Array)
    return cell === 'lstm' ? lstmGates(data, units) : gruGates(data, units)
  })
  const input3 = parts.flatMap(directionGates =>
    directionGates.map(gate => rows(gate.weight, units, 0, features)),
  )
  const hidden = parts.flatMap(directionGates =>
    directionGates.map(gate => rows(gate.weight, units, features, units)),
  )
  // Biases of the inputs, then of the hidden state, which has none.
  const bias = parts.flatMap(directionGates => [
    ...directionGates.map(gate => gate.bias),
    new Float32Array(gates * units),
  ])
  const side = gates * units
  const names = [
    graph.floats(`${name}.W`, [directions, side, features], joined(input3)),
    graph.floats(`${name}.R`, [directions, side, units], joined(hidden)),
    graph.floats(`${name}.B`, [directions, 2 * side], joined(bias)),
  ]
  const stepsFirst = graph.transpose(input, [1, 0, 2])
  const all = outputs === 'all'
  const [states = '', last = ''] = graph.addWith(
    cell === 'lstm' ? 'LSTM' : 'GRU',
    [stepsFirst, ...names],
    [all, !all],
    {
      hidden_size: { int: units },
      direction: { string: bidirectional ? 'bidirectional' : 'forward' },
      ...(cell === 'gru' ? { linear_before_reset: { int: 0 } } : {}),
    },
  )
  // [steps, directions, rows, units] → [rows, steps, directions · units]
  if (all) {
    const turned = graph.transpose(states, [2, 0, 1, 3])
    return graph.add('Reshape', [turned, graph.integers([0, 0, directions * units])])
  }
  // [directions, rows, units] → [rows, directions · units]
  return graph.reshape(graph.transpose(last, [1, 0, 2]), [directions * units])
}

/** Matrix [features + units, units] and bias [units] of one gate. */
interface Gate {
  readonly weight: Float32Array
  readonly bias: Float32Array
}

function lstmGates([weight, bias]: readonly Float32Array[], units: number): Gate[] {
  return lstmOrder.map(gate => ({
    weight: columns(weight as Float32Array, 4 * units, gate * units, units),
    bias: (bias as Float32Array).subarray(gate * units, (gate + 1) * units),
  }))
}

function gruGates(values: readonly Float32Array[], units: number): Gate[] {
  const [gateWeight, gateBias, weight, bias] = values as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const gate = (index: number): Gate => ({
    weight: columns(gateWeight, 2 * units, index * units, units),
    bias: gateBias.subarray(index * units, (index + 1) * units),
  })
  // Ours: reset, update; ONNX: update z, reset r, candidate h.
  return [gate(1), gate(0), { weight, bias }]
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
