import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { activateBackend } from '../../../../src-main/engines/activate-backend.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createEmbedding } from '../../../../src-main/training/layers/embedding.ts'
import { recurrentWeight } from '../../../../src-main/training/layers/initializers.ts'
import { createRecurrent } from '../../../../src-main/training/layers/recurrent.ts'
import { dot, drawLayerValues, expectClose, type LayerCase } from '../../../helpers/layer-pass.ts'
import { describeLayers } from '../../../suites/layer-suite.ts'

const [steps, features, units, batch] = [6, 3, 4, 5]

const cases: LayerCase[] = (['lstm', 'gru'] as const).flatMap(cell =>
  (['last', 'all'] as const).flatMap(outputs =>
    [false, true].map(bidirectional => ({
      name: `${bidirectional ? 'bidirectional ' : ''}${cell}, ${outputs}`,
      layer: createRecurrent({ cell, steps, features, units, bidirectional, outputs }),
      inputShape: [batch, steps, features],
    })),
  ),
)
cases.push({
  name: 'embedding',
  layer: createEmbedding({ steps, tokens: 7, dimensions: 4 }),
  inputShape: [batch, steps],
  tokens: 7,
})

describe('recurrent layers and embeddings', () => {
  describeLayers(cases)

  it('adds up the gradients of a token that comes twice, and gives none to one that does not come', () => {
    for (const backend of ['cpu', 'wasm']) {
      activateBackend(backend)
      const layer = createEmbedding({ steps: 3, tokens: 4, dimensions: 2 })
      const gradient = tf.tidy(() => {
        const x = tf.tensor2d([2, 0, 2], [1, 3])
        const { backward } = layer.train(x, [tf.zeros([4, 2])], null)
        const dy = tf.tensor3d([1, 2, 10, 20, 100, 200], [1, 3, 2])
        return Array.from(backward(dy, false).variables[0]!.dataSync())
      })
      expect(gradient).toEqual([10, 20, 0, 0, 101, 202, 0, 0])
    }
  })

  it('reads backwards in the second direction', () => {
    activateBackend('cpu')
    const size = { cell: 'gru', steps, features, units } as const
    const oneWay = createRecurrent({ ...size, bidirectional: false, outputs: 'all' })
    const twoWay = createRecurrent({ ...size, bidirectional: true, outputs: 'all' })
    const shape = { name: '', layer: twoWay, inputShape: [batch, steps, features] }
    const values = drawLayerValues(shape)
    tf.tidy(() => {
      const x = tf.tensor(values.x, [batch, steps, features])
      const variables = twoWay.variables.map(({ shape }, index) =>
        tf.tensor(values.variables[index]!, [...shape]),
      )
      const backwardOutputs = oneWay.infer(tf.reverse(x, 1), variables.slice(4))
      const second = tf.slice(twoWay.infer(x, variables), [0, 0, units], [batch, steps, units])
      expectClose(second.dataSync(), tf.reverse(backwardOutputs, 1).dataSync(), 1e-7)
    })
  })

  it('starts each gate with orthogonal hidden weights and the forget gate open', () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'layer tests' })
    const size = 16
    const values = recurrentWeight({ features: 3, units: size, gates: 2 }, random)
    for (const gate of [0, 1]) {
      const row = (index: number) => {
        const start = (3 + index) * 2 * size + gate * size
        return values.subarray(start, start + size)
      }
      for (let a = 0; a < size; a++) {
        for (let b = 0; b <= a; b++) expect(dot(row(a), row(b))).toBeCloseTo(a === b ? 1 : 0, 6)
      }
    }
    const [, bias] = createRecurrent({
      cell: 'lstm',
      steps,
      features,
      units: 2,
      bidirectional: false,
      outputs: 'last',
    }).variables
    expect(bias!.initialize(random)).toEqual(Float32Array.of(0, 0, 1, 1, 0, 0, 0, 0))
  })
})
