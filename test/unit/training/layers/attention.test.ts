import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { createAttention } from '../../../../src-main/training/layers/attention.ts'
import { createDense } from '../../../../src-main/training/layers/dense.ts'
import { createLayerNormalization } from '../../../../src-main/training/layers/layer-normalization.ts'
import { createPositions } from '../../../../src-main/training/layers/positions.ts'
import { createStepMean } from '../../../../src-main/training/layers/step-mean.ts'
import {
  drawLayerValues,
  expectClose,
  passLayer,
  type LayerCase,
} from '../../../helpers/layer-pass.ts'
import { activateBackend } from '../../../../src-main/engines/activate-backend.ts'
import { describeLayers } from '../../../suites/layer-suite.ts'

const [batch, steps, features] = [3, 5, 4]
const inputShape = [batch, steps, features]
/** No padding, some before the text, one within it. */
const mask = [1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1]

const attention = createAttention({ steps, features, heads: 2, headWidth: 3 })
const stepMean = createStepMean([steps, features])
const cases: LayerCase[] = [
  { name: 'attention', layer: attention, inputShape },
  { name: 'attention with padding', layer: attention, inputShape, mask },
  {
    name: 'attention of one head over one step',
    layer: createAttention({ steps: 1, features, heads: 1, headWidth: 2 }),
    inputShape: [batch, 1, features],
  },
  { name: 'mean over steps', layer: stepMean, inputShape },
  { name: 'mean over steps with padding', layer: stepMean, inputShape, mask },
  { name: 'positions', layer: createPositions([steps, features]), inputShape },
  {
    name: 'layer normalization of steps',
    layer: createLayerNormalization([steps, features]),
    inputShape,
  },
  {
    name: 'layer normalization of rows',
    layer: createLayerNormalization([6]),
    inputShape: [batch, 6],
  },
  {
    name: 'a dense layer over steps',
    layer: createDense({ steps, inputs: features, units: 3, relu: false, rectified: false }),
    inputShape,
  },
]

describe('layers of attention encoders', () => {
  describeLayers(cases)

  it.each([
    ['attention', attention],
    ['the mean over steps', stepMean],
  ] as const)('%s does not see what stands in padding', async (_, layer) => {
    activateBackend('cpu')
    const layerCase = { name: '', layer, inputShape, mask }
    const values = drawLayerValues(layerCase)
    const changed = values.x.map((value, at) => (mask[Math.floor(at / features)] === 0 ? 9 : value))
    const [before, after] = [
      await passLayer(layerCase, values),
      await passLayer(layerCase, { ...values, x: changed }),
    ]
    // Of attention, what comes out at padding itself changes; nothing after it looks there.
    const withoutPadding = (outputs: Float64Array) =>
      layer === stepMean
        ? outputs
        : outputs.filter((_value, at) => mask[Math.floor(at / features)] === 1)
    expect(changed).not.toEqual(values.x)
    expectClose(withoutPadding(after.outputs), withoutPadding(before.outputs), 1e-7)
  })

  it('give numbers for a text of nothing but padding', async () => {
    activateBackend('cpu')
    const empty = mask.map((value, at) => (at < steps ? 0 : value))
    const pass = async (layer: LayerCase['layer']) => {
      const layerCase = { name: '', layer, inputShape, mask: empty }
      return passLayer(layerCase, drawLayerValues(layerCase))
    }
    const mean = await pass(stepMean)
    expect(Array.from(mean.outputs.slice(0, features))).toEqual([0, 0, 0, 0])
    expect(mean.inputs!.slice(0, steps * features).every(value => value === 0)).toBe(true)
    const { outputs, variables } = await pass(attention)
    expect(
      [...outputs, ...variables.flatMap(gradient => [...gradient])].every(Number.isFinite),
    ).toBe(true)
  })

  it('look at the most similar key', () => {
    activateBackend('cpu')
    // Queries and keys are the features themselves, many times over; so are the values.
    const attentionLayer = createAttention({ steps: 2, features: 2, heads: 1, headWidth: 2 })
    const outputs = tf.tidy(() => {
      const weight = tf.tensor2d([30, 0, 30, 0, 1, 0, 0, 30, 0, 30, 0, 1], [2, 6])
      const x = tf.tensor3d([1, 0, 0, 1], [1, 2, 2])
      return Array.from(attentionLayer.infer(x, [weight, tf.eye(2)]).dataSync())
    })
    expectClose(outputs, [1, 0, 0, 1], 1e-6)
  })
})
