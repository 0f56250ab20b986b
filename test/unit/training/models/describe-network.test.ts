import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import type { AppError } from '../../../../src-main/core/errors/errors.ts'
import { buildNetwork } from '../../../../src-main/training/models/build-network.ts'
import { describeNetwork } from '../../../../src-main/training/models/describe-network.ts'
import type {
  LayerDefinition,
  NetworkDefinition,
} from '../../../../src-main/training/models/network-definition.ts'
import { sketchNetwork } from '../../../../src-main/training/models/sketch-network.ts'

function convolution(kernelSize: number, padding: 'same' | 'valid', stride = 1): LayerDefinition {
  return { kind: 'convolution', filters: 8, kernelSize, padding, stride }
}
const images = [28, 28, 1]
const flatten: LayerDefinition = { kind: 'flatten' }
const dense: LayerDefinition = { kind: 'dense', units: 10 }
const embedding = { kind: 'embedding', tokens: 20, dimensions: 6 } as const
const categories = {
  kind: 'categoryEmbedding',
  tables: [
    { levels: 5, dimensions: 3 },
    { levels: 12, dimensions: 6 },
  ],
} as const
const recurrent: LayerDefinition = {
  kind: 'recurrent',
  cell: 'lstm',
  units: 5,
  bidirectional: true,
  outputs: 'all',
}

describe('describeNetwork', () => {
  it('counts parameters and multiply-adds of Keras’s example for MNIST as it does', () => {
    const { layers, parameterCount, multiplyAdds } = describeNetwork({
      inputShape: images,
      layers: [
        { kind: 'convolution', filters: 32, kernelSize: 3, padding: 'valid', stride: 1 },
        { kind: 'convolution', filters: 64, kernelSize: 3, padding: 'valid', stride: 1 },
        { kind: 'pool', pooling: 'max', size: 2 },
        flatten,
        { kind: 'dense', units: 128 },
        dense,
      ],
    })
    // 1,199,882 is what model.summary() of examples/mnist_cnn.py prints.
    expect(parameterCount).toBe(1_199_882)
    // 26² · 32 · 9, then 24² · 64 · 9 · 32, then the matrices.
    const convolutions = [194_688, 10_616_832]
    expect(layers.map(layer => layer.multiplyAdds)).toEqual([
      ...convolutions,
      0,
      0,
      1_179_648,
      1_280,
    ])
    expect(multiplyAdds).toBe(11_992_448)
  })

  it('counts a separable convolution as a filter for each channel and a matrix', () => {
    const { layers } = describeNetwork({
      inputShape: [9, 7, 6],
      layers: [
        {
          kind: 'separableConvolution',
          filters: 10,
          kernelSize: [3, 5],
          padding: 'same',
          stride: 2,
        },
      ],
    })
    expect(layers).toEqual([
      {
        kind: 'separableConvolution',
        outputShape: [5, 4, 10],
        // 3·5·6 + 6·10 + 10
        parameterCount: 160,
        // 20 places of (15 · 6 + 6 · 10)
        multiplyAdds: 3_000,
      },
    ])
  })

  it('counts every step of a recurrent layer, both ways', () => {
    const { layers } = describeNetwork({ inputShape: [7, 3], layers: [recurrent, flatten, dense] })
    // 7 steps, 2 directions, 4 gates over 3 inputs and 5 units.
    expect(layers[0]).toMatchObject({ multiplyAdds: 7 * 2 * 4 * (3 + 5) * 5 })
  })

  it('follows shapes and counts parameters', () => {
    const description = describeNetwork({
      inputShape: images,
      layers: [
        convolution(3, 'same'),
        { kind: 'batchNormalization' },
        { kind: 'activation', activation: 'relu' },
        { kind: 'pool', pooling: 'max', size: 3 },
        convolution(4, 'valid', 2),
        flatten,
        { kind: 'dropout', rate: 0.5 },
        dense,
      ],
    })
    expect(description.layers.map(layer => layer.outputShape)).toEqual([
      [28, 28, 8],
      [28, 28, 8],
      [28, 28, 8],
      [9, 9, 8],
      [3, 3, 8],
      [72],
      [72],
      [10],
    ])
    // 3·3·1·8+8, 2·8, 4·4·8·8+8, 72·10+10
    expect(description.layers.map(layer => layer.parameterCount)).toEqual([
      80, 16, 0, 0, 1032, 0, 0, 730,
    ])
    expect(description.parameterCount).toBe(1858)
    expect(description.outputShape).toEqual([10])
  })

  it('follows sequences', () => {
    const last = { ...recurrent, cell: 'gru', bidirectional: false, outputs: 'last' } as const
    const description = describeNetwork({
      inputShape: [30],
      layers: [embedding, recurrent, last, dense],
    })
    expect(description.layers.map(layer => layer.outputShape)).toEqual([
      [30, 6],
      [30, 10],
      [5],
      [10],
    ])
    // 20·6, 2·4·(6+5+1)·5, 3·(10+5+1)·5, 5·10+10
    expect(description.layers.map(layer => layer.parameterCount)).toEqual([120, 480, 240, 60])
    const { variables } = buildNetwork({ inputShape: [30], layers: [embedding, recurrent, last] })
    const sizes = variables.map(({ shape }) => shape.reduce((product, length) => product * length))
    expect(sizes.reduce((sum, size) => sum + size)).toBe(840)
  })

  it('passes numbers and looks categories up', () => {
    const definition: NetworkDefinition = { inputShape: [6], layers: [categories, dense] }
    const { layers } = describeNetwork(definition)
    // 4 numbers, 3 and 6 for the categories; 5·3 + 12·6, 13·10 + 10
    expect(
      layers.map(({ outputShape, parameterCount, multiplyAdds }) => [
        ...outputShape,
        parameterCount,
        multiplyAdds,
      ]),
    ).toEqual([
      [13, 87, 0],
      [10, 140, 130],
    ])
    const network = buildNetwork(definition)
    expect(network.variables.map(({ name, shape }) => [name, ...shape]).slice(0, 2)).toEqual([
      ['layers.0.categoryEmbedding.0.weight', 5, 3],
      ['layers.0.categoryEmbedding.1.weight', 12, 6],
    ])
    // Unknown categories begin as zeros.
    for (const [table, size] of [
      [0, 3],
      [1, 6],
    ] as const) {
      const values = [...(network.initialValues(3)[table] as Float32Array)]
      expect(values.findIndex(value => value !== 0)).toBe(size)
      expect(values.slice(size)).not.toContain(0)
    }
    expect(sketchNetwork(definition).layers[0]?.detail).toBe('5 × 3, 12 × 6')
    const many = {
      ...categories,
      tables: new Array(7).fill({ levels: 2, dimensions: 1 }) as (typeof categories.tables)[0][],
    }
    expect(sketchNetwork({ inputShape: [9], layers: [many] }).layers[0]?.detail).toBe(
      '2 × 1, 2 × 1, 2 × 1, 2 × 1 … (4/7)',
    )
  })

  it('counts an encoder as its matrices, for each step and each pair of steps', () => {
    const { layers, outputShape } = describeNetwork({
      inputShape: [7],
      layers: [
        { kind: 'embedding', tokens: 20, dimensions: 6 },
        { kind: 'positions' },
        { kind: 'attention', heads: 2, headWidth: 5 },
        { kind: 'layerNormalization' },
        { kind: 'dense', units: 8 },
        { kind: 'stepMean' },
      ],
    })
    expect(outputShape).toEqual([8])
    // 20·6, 7·6, 3·6·10 + 10·6, 2·6, 6·8 + 8
    expect(layers.map(layer => layer.parameterCount)).toEqual([120, 42, 240, 12, 56, 0])
    // 7·240 for the matrices and 7·7·10 twice; 7·6; 7·6·8
    expect(layers.map(layer => layer.multiplyAdds)).toEqual([0, 0, 2_660, 42, 336, 0])
  })

  it.each<[string, NetworkDefinition, object]>([
    [
      'embeddings of categories behind another layer',
      { inputShape: [4], layers: [dense, categories] },
      { field: 'layers[1]', value: [10] },
    ],
    [
      'more tables than inputs',
      { inputShape: [1], layers: [categories] },
      { field: 'layers[0].tables.length', value: 2 },
    ],
    [
      'no tables',
      { inputShape: [1], layers: [{ ...categories, tables: [] }] },
      { field: 'layers[0].tables.length', value: 0 },
    ],
    [
      'a table without rows',
      { inputShape: [3], layers: [{ ...categories, tables: [{ levels: 0, dimensions: 1 }] }] },
      { field: 'layers[0].tables[0].levels', value: '0' },
    ],
    [
      'half a number for a category',
      { inputShape: [3], layers: [{ ...categories, tables: [{ levels: 2, dimensions: 0.5 }] }] },
      { field: 'layers[0].tables[0].dimensions', value: '0.5' },
    ],
    [
      'embeddings within a residual block',
      { inputShape: [3], layers: [{ kind: 'residual', layers: [categories] }] },
      { field: 'layers[0].layers[0]', value: 'categoryEmbedding' },
    ],
    [
      'a kernel bigger than the image',
      { inputShape: [4, 9, 1], layers: [convolution(5, 'valid')] },
      { field: 'layers[0].kernelSize', value: 5, rule: msg('rule.layer.fits', { shape: '4' }) },
    ],
    [
      'pooling to nothing',
      { inputShape: [3, 3, 1], layers: [{ kind: 'pool', pooling: 'max', size: 4 }] },
      { field: 'layers[0].size', value: 4, rule: msg('rule.layer.fits', { shape: '3×3' }) },
    ],
    [
      'a dense layer on images',
      { inputShape: images, layers: [dense] },
      { field: 'layers[0]', value: images },
    ],
    [
      'a convolution after a flatten',
      { inputShape: images, layers: [flatten, convolution(3, 'same')] },
      { field: 'layers[1]', value: [784] },
    ],
    [
      'a dropout rate of 1',
      { inputShape: [4], layers: [{ kind: 'dropout', rate: 1 }] },
      { field: 'layers[0].rate', value: '1' },
    ],
    [
      'half a unit',
      { inputShape: [4], layers: [{ kind: 'dense', units: 0.5 }] },
      { field: 'layers[0].units', value: '0.5' },
    ],
    [
      'an embedding behind another layer',
      { inputShape: [4], layers: [dense, embedding] },
      { field: 'layers[1]', value: [10] },
    ],
    [
      'an embedding without tokens',
      { inputShape: [4], layers: [{ ...embedding, tokens: 0 }] },
      { field: 'layers[0].tokens', value: '0' },
    ],
    [
      'a recurrent layer on images',
      { inputShape: images, layers: [recurrent] },
      { field: 'layers[0]', value: images },
    ],
    [
      'attention over images',
      { inputShape: images, layers: [{ kind: 'attention', heads: 1, headWidth: 2 }] },
      { field: 'layers[0]', value: images },
    ],
    [
      'no heads',
      { inputShape: [4, 3], layers: [{ kind: 'attention', heads: 0, headWidth: 2 }] },
      { field: 'layers[0].heads', value: '0' },
    ],
    [
      'a mean over the steps of flat inputs',
      { inputShape: [4], layers: [{ kind: 'stepMean' }] },
      { field: 'layers[0]', value: [4] },
    ],
    ['no layers', { inputShape: [4], layers: [] }, { field: 'layers' }],
    ['an empty input', { inputShape: [0], layers: [dense] }, { field: 'inputShape' }],
  ])('refuses %s', (_, definition, detail) => {
    for (const build of [describeNetwork, buildNetwork]) {
      try {
        build(definition)
        expect.unreachable()
      } catch (error) {
        expect((error as AppError).code).toBe('training.invalid')
        expect((error as AppError).detail).toMatchObject(detail)
      }
    }
  })
})

describe('buildNetwork', () => {
  const definition: NetworkDefinition = {
    inputShape: [200],
    layers: [
      { kind: 'dense', units: 100 },
      { kind: 'activation', activation: 'relu' },
      { kind: 'dense', units: 50 },
      { kind: 'activation', activation: 'tanh' },
      { kind: 'dense', units: 10 },
    ],
  }

  it('names variables by their place in the definition', () => {
    expect(buildNetwork(definition).variables.map(variable => variable.name)).toEqual([
      'layers.0.dense.weight',
      'layers.0.dense.bias',
      'layers.2.dense.weight',
      'layers.2.dense.bias',
      'layers.4.dense.weight',
      'layers.4.dense.bias',
    ])
  })

  it('starts with He before relu, Glorot elsewhere, zero biases', () => {
    const values = buildNetwork(definition).initialValues(7)
    const limits = [0, 2, 4].map(index => Math.max(...values[index]!.map(Math.abs)))
    const expected = [Math.sqrt(6 / 200), Math.sqrt(6 / 150), Math.sqrt(6 / 60)]
    limits.forEach((limit, index) => {
      expect(limit).toBeLessThanOrEqual(expected[index]! * (1 + 1e-6))
      expect(limit).toBeGreaterThan(expected[index]! * 0.97)
    })
    for (const index of [0, 2, 4]) {
      const weights = values[index]!
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
      // Five standard errors of the mean of a uniform distribution.
      const error = expected[index === 0 ? 0 : index / 2]! / Math.sqrt(3 * weights.length)
      expect(Math.abs(mean)).toBeLessThan(5 * error)
    }
    for (const index of [1, 3, 5]) expect(values[index]!.every(value => value === 0)).toBe(true)
  })

  it('gives the same bits for the same seed and others for another', () => {
    const network = buildNetwork(definition)
    expect(network.initialValues(7)).toEqual(buildNetwork(definition).initialValues(7))
    expect(network.initialValues(8)[0]).not.toEqual(network.initialValues(7)[0])
    expect(network.initialValues(7)[0]!.slice(0, 5)).not.toEqual(
      network.initialValues(7)[2]!.slice(0, 5),
    )
  })

  it.each<[string, LayerDefinition[], string]>([
    ['another shape', [{ kind: 'dense', units: 4 }], 'layers[0].layers'],
    ['an embedding', [{ kind: 'embedding', tokens: 3, dimensions: 3 }], 'layers[0].layers[0]'],
  ])('refuses a residual block with %s inside', (_, layers, field) => {
    const network: NetworkDefinition = { inputShape: [3], layers: [{ kind: 'residual', layers }] }
    expect(() => describeNetwork(network)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ field }) as object }),
    )
  })
})
