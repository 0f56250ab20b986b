import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { runGru } from '../ops/recurrent/gru.ts'
import { runLstm } from '../ops/recurrent/lstm.ts'
import type { RecurrentPass } from '../ops/recurrent/recurrent-pass.ts'
import { constant, recurrentWeight } from './initializers.ts'
import type { Layer, LayerTraining, LayerVariable } from './layer.ts'

type RecurrentCell = 'lstm' | 'gru'

export interface RecurrentOptions {
  readonly cell: RecurrentCell
  readonly steps: number
  readonly features: number
  readonly units: number
  readonly bidirectional: boolean
  readonly outputs: 'last' | 'all'
}

/**
 * LSTM or GRU over [batch, steps, features], from a hidden state of zeros. `all` gives the hidden state of
 * every step, [batch, steps, units]; `last` that of the last step, [batch, units].
 *
 * Bidirectional: a second cell with weights of its own reads the sequence backwards, and its hidden
 * states stand behind those of the first (2 · units); its `last` one is that of the first step. Schuster, Paliwal:
 * Bidirectional recurrent neural networks. IEEE Transactions on Signal Processing 45(11), 1997,
 * doi:10.1109/78.650093.
 */
export function createRecurrent(options: RecurrentOptions): Layer {
  const { cell, steps, units, bidirectional, outputs } = options
  const directions = bidirectional ? (['forward', 'backward'] as const) : (['forward'] as const)
  const ownVariables = cellVariables[cell](options)
  const variables = directions.flatMap(direction =>
    bidirectional
      ? ownVariables.map(variable => ({ ...variable, name: `${direction}.${variable.name}` }))
      : ownVariables,
  )
  const width = units * directions.length

  function runDirections(x: Tensor, values: readonly Tensor[]): RecurrentPass[] {
    const timeMajor = tf.transpose(x, [1, 0, 2])
    return directions.map((direction, index) => {
      const input = direction === 'forward' ? timeMajor : tf.reverse(timeMajor, 0)
      const first = index * ownVariables.length
      return runCell[cell](input, values.slice(first, first + ownVariables.length))
    })
  }

  /** Outputs of a direction, from its hidden states. */
  function leave(hidden: Tensor, index: number): Tensor {
    if (outputs === 'last') {
      const [length, batch] = hidden.shape as [number, number]
      return tf.reshape(tf.slice(hidden, [length - 1, 0, 0], [1, batch, units]), [batch, units])
    }
    return tf.transpose(index === 0 ? hidden : tf.reverse(hidden, 0), [1, 0, 2])
  }

  /** The other way round: gradient of a direction's hidden states from that of its outputs. */
  function enter(gradient: Tensor, index: number): Tensor {
    if (outputs === 'last') {
      const batch = gradient.shape[0]
      const last = tf.reshape(gradient, [1, batch, units])
      return steps === 1 ? last : tf.concat([tf.zeros([steps - 1, batch, units]), last], 0)
    }
    const timeMajor = tf.transpose(gradient, [1, 0, 2])
    return index === 0 ? timeMajor : tf.reverse(timeMajor, 0)
  }

  function join(passes: readonly RecurrentPass[]): Tensor {
    const sides = passes.map(({ hidden }, index) => leave(hidden, index))
    return sides.length === 1 ? (sides[0] as Tensor) : tf.concat(sides, -1)
  }

  /** The sequence's gradient from those of the directions, which read it each in its own order. */
  function joinInputs([forward, backward]: readonly Tensor[]): Tensor {
    const forwardGradient = forward as Tensor
    const sum =
      backward === undefined ? forwardGradient : tf.add(forwardGradient, tf.reverse(backward, 0))
    return tf.transpose(sum, [1, 0, 2])
  }

  function train(x: Tensor, values: readonly Tensor[]): LayerTraining {
    const passes = runDirections(x, values)
    return {
      outputs: join(passes),
      backward(gradient, wantInputs) {
        const sides = passes.length === 1 ? [gradient] : tf.split(gradient, 2, -1)
        const backs = passes.map((pass, index) =>
          pass.backward(enter(sides[index] as Tensor, index), wantInputs, outputs === 'last'),
        )
        return {
          inputs: wantInputs ? joinInputs(backs.map(back => back.inputs as Tensor)) : null,
          variables: backs.flatMap(back => back.variables),
        }
      },
    }
  }

  return {
    kind: cell,
    outputShape: outputs === 'last' ? [width] : [steps, width],
    variables,
    infer: (x, values) => join(runDirections(x, values)),
    train,
  }
}

const runCell: Readonly<
  Record<RecurrentCell, (x: Tensor, values: readonly Tensor[]) => RecurrentPass>
> = {
  lstm: (x, [weight, bias]) => runLstm(x, weight as Tensor, bias as Tensor),
  gru: (x, values) => {
    const [gateWeight, gateBias, candidateWeight, candidateBias] = values as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ]
    return runGru(x, { gateWeight, gateBias, candidateWeight, candidateBias })
  },
}

type CellSize = Pick<RecurrentOptions, 'features' | 'units'>

const cellVariables: Readonly<Record<RecurrentCell, (size: CellSize) => LayerVariable[]>> = {
  lstm: size => [
    weight('weight', size, 4),
    {
      ...bias('bias', size, 4),
      // Input, forget, candidate, output. A forget gate that starts open lets gradients through:
      // Jozefowicz, Zaremba, Sutskever: An empirical exploration of recurrent network architectures. ICML 2015.
      initialize: () => {
        const { units } = size
        return constant(4 * units, 0).fill(1, units, 2 * units)
      },
    },
  ],
  gru: size => [
    weight('gateWeight', size, 2),
    bias('gateBias', size, 2),
    weight('candidateWeight', size, 1),
    bias('candidateBias', size, 1),
  ],
}

function weight(name: string, { features, units }: CellSize, gates: number): LayerVariable {
  return {
    name,
    role: 'weight',
    shape: [features + units, gates * units],
    initialize: random => recurrentWeight({ features, units, gates }, random),
  }
}

function bias(name: string, { units }: CellSize, gates: number): LayerVariable {
  const size = gates * units
  return { name, role: 'bias', shape: [size], initialize: () => constant(size, 0) }
}
