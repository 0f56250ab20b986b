import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Layer, LayerTraining } from './layer.ts'

/** A layer within the block, and where it stands in the block's definition. */
export interface InnerLayer {
  readonly layer: Layer
  readonly position: number
}

/**
 * y = x + f(x), where f is a chain of layers that keep the shape. Its variables are those of the inner layers, in their
 * order, named after their places: `0.dense.weight`.
 */
export function createResidual(inner: readonly InnerLayer[], shape: readonly number[]): Layer {
  const layers = inner.map(({ layer }) => layer)
  const starts = layers.map((_, index) =>
    layers.slice(0, index).reduce((sum, layer) => sum + layer.variables.length, 0),
  )
  const variablesOf = (values: readonly Tensor[], index: number): readonly Tensor[] => {
    const start = starts[index] as number
    return values.slice(start, start + (layers[index] as Layer).variables.length)
  }

  return {
    kind: 'residual',
    outputShape: shape,
    variables: inner.flatMap(({ layer, position }) =>
      layer.variables.map(variable => ({
        ...variable,
        name: `${position}.${layer.kind}.${variable.name}`,
      })),
    ),
    dropouts: layers.reduce((sum, { dropouts = 0 }) => sum + dropouts, 0),
    infer: (x, values, mask) =>
      tf.add(
        x,
        layers.reduce((y, layer, index) => layer.infer(y, variablesOf(values, index), mask), x),
      ),
    train(x, values, dropout, mask) {
      const feeds = [...(dropout ?? [])]
      const passes: LayerTraining[] = []
      let y = x
      for (const [index, layer] of layers.entries()) {
        const pass = layer.train(
          y,
          variablesOf(values, index),
          feeds.splice(0, layer.dropouts ?? 0),
          mask,
        )
        passes.push(pass)
        y = pass.outputs
      }
      return {
        outputs: tf.add(x, y),
        statistics: passes.flatMap(pass => pass.statistics ?? []),
        backward(gradient, wantInputs) {
          const variables: (readonly Tensor[])[] = []
          let inside: Tensor = gradient
          for (const [index, pass] of [...passes.entries()].reverse()) {
            const back = pass.backward(inside, wantInputs || index > 0)
            variables.unshift(back.variables)
            if (back.inputs !== null) inside = back.inputs
          }
          return {
            inputs: wantInputs ? tf.add(gradient, inside) : null,
            variables: variables.flat(),
          }
        },
      }
    },
  }
}
