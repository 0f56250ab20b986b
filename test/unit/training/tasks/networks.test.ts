import { describe, expect, it } from 'vitest'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'
import { describeNetwork } from '../../../../src-main/training/models/describe-network.ts'
import { denseLayers } from '../../../../src-main/training/tasks/dense-layers.ts'
import { imageHyperparameters } from '../../../../src-main/training/tasks/image/hyperparameters.ts'
import { imageNetwork } from '../../../../src-main/training/tasks/image/image-network.ts'
import { readHyperparameters } from '../../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularHyperparameters } from '../../../../src-main/training/tasks/tabular/hyperparameters.ts'
import {
  categoryTable,
  tableNetwork,
} from '../../../../src-main/training/tasks/tabular/table-network.ts'
import { textHyperparameters } from '../../../../src-main/training/tasks/text/hyperparameters.ts'
import { textNetwork } from '../../../../src-main/training/tasks/text/text-network.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

const image = (parameters: Assignment) =>
  imageNetwork(readHyperparameters(imageHyperparameters, parameters), [28, 28, 1], 10)
const dense = (parameters: Assignment, rawInputs = true) =>
  denseLayers(readHyperparameters(tabularHyperparameters, parameters), rawInputs, 3)

describe('imageNetwork', () => {
  it('is the documented MLP by default', () => {
    expect(image({})).toEqual({
      inputShape: [28, 28, 1],
      layers: [
        { kind: 'flatten' },
        { kind: 'dense', units: 128 },
        { kind: 'activation', activation: 'relu' },
        { kind: 'dense', units: 10 },
      ],
    })
    expect(describeNetwork(image({})).parameterCount).toBe(784 * 128 + 128 + 1280 + 10)
  })

  it('builds convolution blocks that double their filters', () => {
    const network = image({ model: 'cnn', units: 64, dropout: 0.25, batchNormalization: true })
    expect(network.layers).toEqual([
      { kind: 'convolution', filters: 16, kernelSize: 3, stride: 1, padding: 'same' },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'pool', pooling: 'max', size: 2 },
      { kind: 'convolution', filters: 32, kernelSize: 3, stride: 1, padding: 'same' },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'pool', pooling: 'max', size: 2 },
      { kind: 'flatten' },
      { kind: 'dropout', rate: 0.25 },
      { kind: 'dense', units: 64 },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'dropout', rate: 0.25 },
      { kind: 'dense', units: 10 },
    ])
    expect(describeNetwork(network).outputShape).toEqual([10])
  })

  it('takes filters block by block, and no pooling', () => {
    const network = image({ model: 'cnn', convolutionBlocks: 3, filters2: 5, pooling: 'none' })
    const filters = network.layers.flatMap(layer =>
      layer.kind === 'convolution' ? [layer.filters] : [],
    )
    expect(filters).toEqual([16, 5, 64])
    expect(network.layers.some(layer => layer.kind === 'pool')).toBe(false)
  })

  it('separates convolutions over enough channels, and no others', () => {
    const kinds = (parameters: Assignment, channels: number) => {
      const values = readHyperparameters(imageHyperparameters, {
        model: 'cnn',
        convolutionKind: 'separable',
        pooling: 'none',
        layers: 0,
        ...parameters,
      })
      return imageNetwork(values, [8, 8, channels], 3).layers.flatMap(layer => {
        const inner = layer.kind === 'residual' ? layer.layers : [layer]
        return inner.flatMap(({ kind }) =>
          kind.toLowerCase().includes('convolution') ? [kind] : [],
        )
      })
    }
    const [plain, separable] = ['convolution', 'separableConvolution']
    expect(kinds({ convolutionBlocks: 2 }, 1)).toEqual([plain, separable])
    expect(kinds({ convolutionBlocks: 2 }, 4)).toEqual([separable, separable])
    expect(kinds({ convolutionBlocks: 1, residual: true }, 3)).toEqual([plain, separable])
    expect(kinds({ convolutionBlocks: 3, filters1: 3 }, 1)).toEqual([plain, plain, separable])
    expect(kinds({ convolutionKind: 'plain', convolutionBlocks: 2 }, 8)).toEqual([plain, plain])
  })

  it('with more halvings than the image has pixels cannot be built', async () => {
    const error = await catchAppError(() =>
      describeNetwork(image({ model: 'cnn', convolutionBlocks: 5 })),
    )
    expect(error.code).toBe('training.invalid')
  })
})

describe('textNetwork', () => {
  const text = (parameters: Assignment) =>
    textNetwork(
      readHyperparameters(textHyperparameters, { model: 'attention', length: 6, ...parameters }),
      2,
    ).layers

  it('with attention normalizes before each part, and drops what a part adds', () => {
    const parameters = {
      embeddingDimensions: 8,
      attentionHeads: 3,
      attentionDropout: 0.1,
      feedForwardUnits: 10,
      dropout: 0.3,
    }
    const normalization = { kind: 'layerNormalization' }
    const dropped = { kind: 'dropout', rate: 0.1 }
    expect(text(parameters)).toEqual([
      { kind: 'embedding', tokens: 5_000, dimensions: 8 },
      { kind: 'positions' },
      {
        kind: 'residual',
        layers: [normalization, { kind: 'attention', heads: 3, headWidth: 3 }, dropped],
      },
      {
        kind: 'residual',
        layers: [
          normalization,
          { kind: 'dense', units: 10 },
          { kind: 'activation', activation: 'relu' },
          { kind: 'dense', units: 8 },
          dropped,
        ],
      },
      normalization,
      { kind: 'stepMean' },
      { kind: 'dropout', rate: 0.3 },
      { kind: 'dense', units: 2 },
    ])
  })

  it('with attention has as many pairs of parts as blocks', () => {
    const kinds = text({ attentionBlocks: 3 }).map(({ kind }) => kind)
    expect(kinds.filter(kind => kind === 'residual')).toHaveLength(6)
    expect(kinds.filter(kind => kind === 'positions')).toHaveLength(1)
  })

  it('with more heads than features gives each one of them', () => {
    const [, , part] = text({ embeddingDimensions: 2, attentionHeads: 4 })
    expect(part).toMatchObject({ layers: [{}, { kind: 'attention', heads: 4, headWidth: 1 }] })
  })
})

describe('denseLayers', () => {
  it('take widths one by one', () => {
    expect(dense({ layers: 3, units: 8, units2: 4, activation: 'tanh' })).toEqual([
      { kind: 'dense', units: 8 },
      { kind: 'activation', activation: 'tanh' },
      { kind: 'dense', units: 4 },
      { kind: 'activation', activation: 'tanh' },
      { kind: 'dense', units: 8 },
      { kind: 'activation', activation: 'tanh' },
      { kind: 'dense', units: 3 },
    ])
  })

  it('are a linear model without hidden layers', () => {
    expect(dense({ layers: 0, dropout: 0.5 })).toEqual([{ kind: 'dense', units: 3 }])
  })

  it('drop values before every layer but never raw inputs', () => {
    const kinds = (rawInputs: boolean) =>
      dense({ layers: 1, dropout: 0.5, activation: 'linear' }, rawInputs).map(layer => layer.kind)
    expect(kinds(true)).toEqual(['dense', 'dropout', 'dense'])
    expect(kinds(false)).toEqual(['dropout', 'dense', 'dropout', 'dense'])
  })
})

describe('tableNetwork', () => {
  const table = (parameters: Assignment, categories: readonly number[]) =>
    tableNetwork(readHyperparameters(tabularHyperparameters, parameters), {
      features: 9,
      numbers: 2,
      categories,
      outputs: 3,
    })

  it('reads one-hot features by default', () => {
    expect(table({ units: 5 }, [4, 3])).toEqual({
      inputShape: [9],
      layers: dense({ units: 5 }),
    })
  })

  it('has a table for each column of categories before its dense layers', () => {
    const parameters = { categories: 'embedding', layers: 2, units: 5, residual: true }
    const tables = [
      { levels: 5, dimensions: 4 },
      { levels: 31, dimensions: 11 },
    ]
    expect(table(parameters, [4, 30])).toEqual({
      inputShape: [4],
      layers: [{ kind: 'categoryEmbedding', tables }, ...dense(parameters)],
    })
  })

  it('has no embeddings without categories', async () => {
    const error = await catchAppError(() => table({ categories: 'embedding' }, []))
    expect(error).toMatchObject({ code: 'training.invalid', detail: { field: 'categories' } })
  })

  // What `emb_sz_rule` of fastai 2 gives for the same numbers of levels, except for the limit of the levels.
  it.each([
    [1, 1, 2],
    [2, 1, 3],
    [10, 1, 6],
    [99, 1, 21],
    [999, 1, 77],
    [99_999, 1, 600],
    [10, 0.1, 1],
    [10, 2, 12 - 1],
    [99, 2, 42],
  ])('gives a column of %i categories, scaled by %f, %i numbers', (categories, scale, size) => {
    expect(categoryTable(categories, scale)).toEqual({ levels: categories + 1, dimensions: size })
  })
})
