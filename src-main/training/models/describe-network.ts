import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { JsonValue } from '../../core/values/json.ts'
import { AppError } from '../../core/errors/errors.ts'
import { sidesOf } from './sides-of.ts'
import type { LayerDefinition, NetworkDefinition, Size } from './network-definition.ts'

/** A file of weights holds no more. */
const MAX_PARAMETERS = 500_000_000

/** One layer as a report draws it. */
export interface LayerDescription {
  readonly kind: LayerDefinition['kind']
  /** Without the batch dimension. */
  readonly outputShape: readonly number[]
  /** Trained numbers; moving statistics do not count. */
  readonly parameterCount: number
  /** Multiplications followed by an addition that one example takes, forward; a pool's sums do not count. */
  readonly multiplyAdds: number
}

export interface NetworkDescription {
  readonly layers: readonly LayerDescription[]
  readonly outputShape: readonly number[]
  readonly parameterCount: number
  readonly multiplyAdds: number
}

/**
 * Follows the shapes through a network and counts its parameters; the one place that decides
 * whether a network can be built.
 * @throws AppError `training.invalid` naming the layer's field, its value and the rule it breaks
 */
export function describeNetwork(definition: NetworkDefinition): NetworkDescription {
  const { inputShape } = definition
  if (inputShape.length === 0 || !inputShape.every(isPositiveInteger)) {
    invalid('inputShape', [...inputShape], msg('rule.positiveWhole'))
  }
  if (definition.layers.length === 0) invalid('layers', [], msg('rule.notEmpty'))
  const layers: LayerDescription[] = []
  let shape = inputShape
  definition.layers.forEach((layer, index) => {
    const description = describeLayer(layer, `layers[${index}]`, shape, index === 0)
    layers.push(description)
    shape = description.outputShape
  })
  const parameterCount = layers.reduce((sum, layer) => sum + layer.parameterCount, 0)
  if (parameterCount > MAX_PARAMETERS) {
    invalid('parameterCount', parameterCount, msg('rule.atMost', { limit: MAX_PARAMETERS }))
  }
  const multiplyAdds = layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0)
  return { layers, outputShape: shape, parameterCount, multiplyAdds }
}

function describeLayer(
  layer: LayerDefinition,
  field: string,
  shape: readonly number[],
  isFirst: boolean,
): LayerDescription {
  const { kind } = layer
  switch (kind) {
    case 'dense': {
      if (shape.length > 2) {
        const rule = msg('rule.layer.dense')
        invalid(field, [...shape], rule)
      }
      requirePositive(`${field}.units`, layer.units)
      const inputs = shape.at(-1) as number
      const { units } = layer
      const outputShape = [...shape.slice(0, -1), units]
      return {
        kind,
        outputShape,
        parameterCount: (inputs + 1) * units,
        multiplyAdds: inputs * sizeOf(outputShape),
      }
    }
    case 'convolution':
    case 'separableConvolution': {
      const [height, width, channels] = imageShape(field, shape)
      requirePositive(`${field}.filters`, layer.filters)
      const kernel = requireSize(`${field}.kernelSize`, layer.kernelSize)
      requirePositive(`${field}.stride`, layer.stride)
      const lengths = [height, width].map((length, axis) =>
        convolvedLength(field, length, kernel[axis] as number, layer.stride, layer.padding),
      )
      const perOutput = kernel[0] * kernel[1] * channels
      const outputShape = [...lengths, layer.filters]
      if (kind === 'separableConvolution') {
        return {
          kind,
          outputShape,
          parameterCount: perOutput + (channels + 1) * layer.filters,
          multiplyAdds: perOutput * sizeOf(lengths) + channels * sizeOf(outputShape),
        }
      }
      return {
        kind,
        outputShape,
        parameterCount: (perOutput + 1) * layer.filters,
        multiplyAdds: perOutput * sizeOf(outputShape),
      }
    }
    case 'pool': {
      const [height, width, channels] = imageShape(field, shape)
      const window = requireSize(`${field}.size`, layer.size)
      const lengths = [Math.floor(height / window[0]), Math.floor(width / window[1])]
      if (lengths.includes(0)) {
        const rule = msg('rule.layer.fits', { shape: `${height}×${width}` })
        invalid(`${field}.size`, typeof layer.size === 'number' ? layer.size : [...window], rule)
      }
      return { kind, outputShape: [...lengths, channels], ...free }
    }
    case 'batchNormalization':
    case 'layerNormalization': {
      const channels = shape[shape.length - 1] as number
      return {
        kind,
        outputShape: shape,
        parameterCount: 2 * channels,
        multiplyAdds: sizeOf(shape),
      }
    }
    case 'dropout': {
      if (!(layer.rate >= 0 && layer.rate < 1)) {
        invalid(`${field}.rate`, String(layer.rate), msg('rule.shareBelowOne'))
      }
      return { kind, outputShape: shape, ...free }
    }
    case 'flatten': {
      return { kind, outputShape: [sizeOf(shape)], ...free }
    }
    case 'reshape': {
      if (!layer.shape.every(isPositiveInteger) || sizeOf(layer.shape) !== sizeOf(shape)) {
        const rule = msg('rule.layer.sameCount', { shape: shape.join('×') })
        invalid(`${field}.shape`, [...layer.shape], rule)
      }
      return { kind, outputShape: layer.shape, ...free }
    }
    case 'activation':
      return { kind, outputShape: shape, ...free }
    case 'embedding': {
      if (!isFirst || shape.length !== 1) {
        invalid(field, [...shape], msg('rule.layer.first', { inputs: '[steps]' }))
      }
      requirePositive(`${field}.tokens`, layer.tokens)
      requirePositive(`${field}.dimensions`, layer.dimensions)
      const { tokens, dimensions } = layer
      return {
        kind,
        outputShape: [shape[0] as number, dimensions],
        parameterCount: tokens * dimensions,
        multiplyAdds: 0,
      }
    }
    case 'categoryEmbedding': {
      const { tables } = layer
      if (!isFirst || shape.length !== 1) {
        invalid(field, [...shape], msg('rule.layer.first', { inputs: '[numbers + tables]' }))
      }
      const inputs = shape[0] as number
      if (tables.length === 0 || tables.length > inputs) {
        const rule = msg('rule.between', { low: 1, high: inputs })
        invalid(`${field}.tables.length`, tables.length, rule)
      }
      tables.forEach(({ levels, dimensions }, column) => {
        requirePositive(`${field}.tables[${column}].levels`, levels)
        requirePositive(`${field}.tables[${column}].dimensions`, dimensions)
      })
      const numbers = inputs - tables.length
      return {
        kind,
        outputShape: [tables.reduce((sum, { dimensions }) => sum + dimensions, numbers)],
        parameterCount: tables.reduce((sum, table) => sum + table.levels * table.dimensions, 0),
        multiplyAdds: 0,
      }
    }
    case 'residual': {
      layer.layers.forEach((inner, index) => {
        if (!['embedding', 'categoryEmbedding'].includes(inner.kind)) return
        invalid(`${field}.layers[${index}]`, inner.kind, msg('rule.layer.outsideResidual'))
      })
      const { outputShape, parameterCount, multiplyAdds } = describeNetwork({
        inputShape: shape,
        layers: layer.layers,
      })
      if (outputShape.join() !== shape.join()) {
        const rule = msg('rule.shape', { shape: [...shape] })
        invalid(`${field}.layers`, [...outputShape], rule)
      }
      return { kind, outputShape, parameterCount, multiplyAdds }
    }
    case 'positions': {
      requireSequence(field, shape)
      return { kind, outputShape: shape, parameterCount: sizeOf(shape), multiplyAdds: 0 }
    }
    case 'attention': {
      const [steps, features] = requireSequence(field, shape)
      requirePositive(`${field}.heads`, layer.heads)
      requirePositive(`${field}.headWidth`, layer.headWidth)
      const width = layer.heads * layer.headWidth
      return {
        kind,
        outputShape: shape,
        parameterCount: 4 * features * width,
        // Four matrices for each step; scores and shares for each pair of steps.
        multiplyAdds: steps * 4 * features * width + 2 * steps * steps * width,
      }
    }
    case 'stepMean': {
      const [, features] = requireSequence(field, shape)
      return { kind, outputShape: [features], ...free }
    }
    case 'recurrent': {
      const [steps, features] = requireSequence(field, shape)
      requirePositive(`${field}.units`, layer.units)
      const { cell, units, bidirectional, outputs } = layer
      const directions = bidirectional ? 2 : 1
      const width = directions * units
      return {
        kind,
        outputShape: outputs === 'last' ? [width] : [steps, width],
        parameterCount: directions * gateCounts[cell] * (features + units + 1) * units,
        multiplyAdds: steps * directions * gateCounts[cell] * (features + units) * units,
      }
    }
  }
}

/** Neither trained numbers nor multiplications. */
const free = { parameterCount: 0, multiplyAdds: 0 } as const

const gateCounts = { lstm: 4, gru: 3 } as const

function convolvedLength(
  field: string,
  length: number,
  kernelSize: number,
  stride: number,
  padding: 'same' | 'valid',
): number {
  if (padding === 'same') return Math.ceil(length / stride)
  if (kernelSize > length) {
    const rule = msg('rule.layer.fits', { shape: String(length) })
    invalid(`${field}.kernelSize`, kernelSize, rule)
  }
  return Math.floor((length - kernelSize) / stride) + 1
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function imageShape(field: string, shape: readonly number[]): [number, number, number] {
  if (shape.length !== 3) {
    invalid(field, [...shape], msg('rule.layer.needs', { inputs: '[height, width, channels]' }))
  }
  return [...shape] as [number, number, number]
}

function requireSequence(field: string, shape: readonly number[]): readonly [number, number] {
  if (shape.length !== 2)
    invalid(field, [...shape], msg('rule.layer.needs', { inputs: '[steps, features]' }))
  return shape as [number, number]
}

function requireSize(field: string, size: Size): readonly [number, number] {
  const sides = sidesOf(size)
  for (const side of sides) requirePositive(field, side)
  return sides
}

function requirePositive(field: string, value: number): void {
  if (!isPositiveInteger(value)) invalid(field, String(value), msg('rule.positiveWhole'))
}

function isPositiveInteger(value: number): boolean {
  return Number.isInteger(value) && value >= 1
}

function invalid(field: string, value: JsonValue, rule: MessageDescriptor): never {
  throw new AppError('training.invalid', { field, value, rule })
}
