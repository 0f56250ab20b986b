import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { createRandomStream } from '../../math/random/stream.ts'
import { createActivation } from '../layers/activation.ts'
import { createAttention } from '../layers/attention.ts'
import { createBatchNormalization } from '../layers/batch-normalization.ts'
import { createCategoryEmbedding } from '../layers/category-embedding.ts'
import { createConvolution } from '../layers/convolution.ts'
import { createDense } from '../layers/dense.ts'
import { createDropout } from '../layers/dropout.ts'
import { createEmbedding } from '../layers/embedding.ts'
import {
  isTrained,
  type DropoutFeeds,
  type Layer,
  type LayerTraining,
  type LayerVariable,
} from '../layers/layer.ts'
import { createLayerNormalization } from '../layers/layer-normalization.ts'
import { createPool } from '../layers/pool.ts'
import { createPositions } from '../layers/positions.ts'
import { createReshape } from '../layers/reshape.ts'
import { createRecurrent } from '../layers/recurrent.ts'
import { createResidual } from '../layers/residual.ts'
import { createSeparableConvolution } from '../layers/separable-convolution.ts'
import { createStepMean } from '../layers/step-mean.ts'
import { describeNetwork } from './describe-network.ts'
import type { LayerDefinition, NetworkDefinition } from './network-definition.ts'

/** A variable of a network; `name` is unique, e.g. `layers.0.convolution.weight`. */
export interface NetworkVariable extends LayerVariable {
  readonly trained: boolean
}

/** Results of a training step's passes; arrays in the order of `variables`. */
interface NetworkStep {
  /** One gradient per trained variable, null for moving statistics. */
  readonly gradients: readonly (Tensor | null)[]
  /** New value per moving statistic, null for trained variables. */
  readonly statistics: readonly (Tensor | null)[]
}

/** A network as pure functions of tensors. */
export interface Network {
  readonly variables: readonly NetworkVariable[]
  readonly outputShape: readonly number[]
  /** Trained numbers. */
  readonly parameterCount: number
  /** Rates of the dropout layers, in order. */
  readonly dropoutRates: readonly number[]
  /** First values of all variables; the same bits for the same seed everywhere. */
  initialValues(seed: number): Float32Array[]
  infer(inputs: Tensor, variables: readonly Tensor[]): Tensor
  /**
   * Forward and backward.
   * @param dropout one entry per dropout layer
   * @param lossGradient gives the derivative of the batch's loss with respect to the outputs
   */
  train(
    inputs: Tensor,
    variables: readonly Tensor[],
    dropout: readonly DropoutFeeds[],
    lossGradient: (outputs: Tensor) => Tensor,
  ): NetworkStep
}

interface PlacedLayer {
  readonly layer: Layer
  readonly firstVariable: number
  readonly firstDropout: number
}

/** @throws AppError `training.invalid` if the layers do not fit together */
export function buildNetwork(definition: NetworkDefinition): Network {
  const { outputShape, parameterCount } = describeNetwork(definition)
  const placed: PlacedLayer[] = []
  const variables: NetworkVariable[] = []
  let dropouts = 0
  for (const { layer, position } of createLayers(definition)) {
    placed.push({ layer, firstVariable: variables.length, firstDropout: dropouts })
    dropouts += layer.dropouts ?? 0
    for (const variable of layer.variables) {
      const name = `layers.${position}.${layer.kind}.${variable.name}`
      variables.push({ ...variable, name, trained: isTrained(variable) })
    }
  }
  const firstTrained = placed.findIndex(({ layer }) => layer.variables.length > 0)

  function variablesOf<Item>(
    items: readonly Item[],
    { layer, firstVariable }: PlacedLayer,
  ): Item[] {
    return items.slice(firstVariable, firstVariable + layer.variables.length)
  }

  const hasMask = definition.layers[0]?.kind === 'embedding' && readsMask(definition.layers)
  /** 1 where a token stands, 0 where there is padding. */
  const maskOf = (inputs: Tensor): Tensor | null => (hasMask ? tf.step(inputs) : null)

  return {
    variables,
    outputShape,
    parameterCount,
    dropoutRates: dropoutRatesOf(definition.layers),
    initialValues: seed =>
      variables.map((variable, number) =>
        variable.initialize(createRandomStream({ seed, number, purpose: 'initial weights' })),
      ),
    infer(inputs, values) {
      const mask = maskOf(inputs)
      return placed.reduce(
        (x, placedLayer) => placedLayer.layer.infer(x, variablesOf(values, placedLayer), mask),
        inputs,
      )
    },
    train(inputs, values, dropout, lossGradient) {
      const passes: LayerTraining[] = []
      const mask = maskOf(inputs)
      let x = inputs
      for (const placedLayer of placed) {
        const { layer, firstDropout } = placedLayer
        const feeds = dropout.slice(firstDropout, firstDropout + (layer.dropouts ?? 0))
        const pass = layer.train(x, variablesOf(values, placedLayer), feeds, mask)
        passes.push(pass)
        x = pass.outputs
      }
      const gradients = new Array<Tensor | null>(variables.length).fill(null)
      const statistics = new Array<Tensor | null>(variables.length).fill(null)
      let gradient = lossGradient(x)
      // Layers before the first trained one have nothing to learn.
      for (let index = placed.length - 1; index >= Math.max(0, firstTrained); index--) {
        const placedLayer = placed[index] as PlacedLayer
        const pass = passes[index] as LayerTraining
        const back = pass.backward(gradient, index > firstTrained)
        const newGradients = back.variables.values()
        const newStatistics = pass.statistics?.values()
        for (let at = 0; at < placedLayer.layer.variables.length; at++) {
          const position = placedLayer.firstVariable + at
          if (variables[position]?.trained) gradients[position] = newGradients.next().value ?? null
          else statistics[position] = newStatistics?.next().value ?? null
        }
        if (back.inputs !== null) gradient = back.inputs
      }
      return { gradients, statistics }
    },
  }
}

/** Rates of dropout layers, also within residual blocks, in order. */
function dropoutRatesOf(layers: readonly LayerDefinition[]): number[] {
  return layers.flatMap(layer => {
    if (layer.kind === 'residual') return dropoutRatesOf(layer.layers)
    return layer.kind === 'dropout' ? [layer.rate] : []
  })
}

/** Whether padding matters to a layer. */
function readsMask(layers: readonly LayerDefinition[]): boolean {
  return layers.some(layer =>
    layer.kind === 'residual'
      ? readsMask(layer.layers)
      : layer.kind === 'attention' || layer.kind === 'stepMean',
  )
}

/** The layers with their positions in the definition; a relu joins the layer before it. */
function createLayers(definition: NetworkDefinition): { layer: Layer; position: number }[] {
  const { layers } = describeNetwork(definition)
  const result: { layer: Layer; position: number }[] = []
  definition.layers.forEach((layer, position) => {
    const inputShape = layers[position - 1]?.outputShape ?? definition.inputShape
    const outputShape = (layers[position] as (typeof layers)[number]).outputShape
    const follower = definition.layers[position + 1]
    const relu = isRelu(follower)
    if (isRelu(layer) && canJoin(definition.layers[position - 1])) return
    const rectified = isRectified(definition.layers, position)
    const options = { inputShape, outputShape, relu, rectified }
    result.push({ layer: createLayer(layer, options), position })
  })
  return result
}

interface LayerOptions {
  readonly inputShape: readonly number[]
  readonly outputShape: readonly number[]
  readonly relu: boolean
  readonly rectified: boolean
}

function createLayer(layer: LayerDefinition, options: LayerOptions): Layer {
  const { inputShape, relu, rectified } = options
  const outputShape = options.outputShape as [number, number, number]
  switch (layer.kind) {
    case 'dense':
      return createDense({
        ...(inputShape.length === 2 ? { steps: inputShape[0] as number } : {}),
        inputs: inputShape.at(-1) as number,
        units: layer.units,
        relu,
        rectified,
      })
    case 'convolution':
    case 'separableConvolution': {
      const { kernelSize, stride, padding } = layer
      const images = { inputShape: inputShape as [number, number, number], outputShape }
      const create = layer.kind === 'convolution' ? createConvolution : createSeparableConvolution
      return create({ ...images, kernelSize, stride, padding, relu, rectified })
    }
    case 'pool':
      return createPool({ outputShape, pooling: layer.pooling, size: layer.size })
    case 'activation':
      return createActivation(layer.activation, inputShape)
    case 'batchNormalization':
      return createBatchNormalization(inputShape)
    case 'dropout':
      return createDropout(inputShape)
    case 'flatten':
    case 'reshape':
      return createReshape(layer.kind, outputShape)
    case 'embedding': {
      const { tokens, dimensions } = layer
      return createEmbedding({ steps: inputShape[0] as number, tokens, dimensions })
    }
    case 'categoryEmbedding': {
      const { tables } = layer
      return createCategoryEmbedding({
        numbers: (inputShape[0] as number) - tables.length,
        tables,
      })
    }
    case 'residual':
      return createResidual(
        createLayers({ inputShape: options.inputShape, layers: layer.layers }),
        options.inputShape,
      )
    case 'layerNormalization':
      return createLayerNormalization(inputShape)
    case 'positions':
      return createPositions(inputShape as [number, number])
    case 'attention': {
      const [steps, features] = inputShape as [number, number]
      return createAttention({ steps, features, heads: layer.heads, headWidth: layer.headWidth })
    }
    case 'stepMean':
      return createStepMean(inputShape as [number, number])
    case 'recurrent': {
      const [steps, features] = inputShape as [number, number]
      const { cell, units, bidirectional, outputs } = layer
      return createRecurrent({ cell, steps, features, units, bidirectional, outputs })
    }
  }
}

function isRelu(layer: LayerDefinition | undefined): boolean {
  return layer?.kind === 'activation' && layer.activation === 'relu'
}

function canJoin(layer: LayerDefinition | undefined): boolean {
  return (
    layer?.kind === 'dense' ||
    layer?.kind === 'convolution' ||
    layer?.kind === 'separableConvolution'
  )
}

/** Whether the next activation behind a layer is a relu-like one, before any other layer with weights. */
function isRectified(layers: readonly LayerDefinition[], position: number): boolean {
  for (const layer of layers.slice(position + 1)) {
    if (canJoin(layer)) return false
    if (layer.kind === 'activation') return ['relu', 'elu', 'gelu'].includes(layer.activation)
  }
  return false
}
