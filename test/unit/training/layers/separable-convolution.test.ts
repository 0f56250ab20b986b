import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createSeparableConvolution } from '../../../../src-main/training/layers/separable-convolution.ts'
import type { Size } from '../../../../src-main/training/models/network-definition.ts'
import type { LayerCase } from '../../../helpers/layer-pass.ts'
import { describeLayers } from '../../../suites/layer-suite.ts'

const batch = 3

function layer(
  inputShape: readonly [number, number, number],
  outputShape: readonly [number, number, number],
  kernelSize: Size,
  stride: number,
  padding: 'same' | 'valid',
) {
  const shape = { inputShape, outputShape, kernelSize, stride, padding }
  return createSeparableConvolution({ ...shape, relu: false, rectified: true })
}

const cases: LayerCase[] = (
  [
    ['same', [5, 6, 4], [5, 6, 3], 3, 1, 'same'],
    ['an even kernel', [5, 4, 3], [5, 4, 5], 4, 1, 'same'],
    ['valid', [6, 5, 2], [5, 4, 3], 2, 1, 'valid'],
    ['steps of 2', [7, 6, 3], [4, 3, 2], 3, 2, 'same'],
    ['steps longer than the kernel', [7, 6, 3], [3, 2, 2], 2, 3, 'same'],
    ['a kernel larger than the image', [2, 3, 2], [2, 3, 4], 5, 1, 'same'],
    ['a sequence', [1, 9, 4], [1, 9, 2], [1, 3], 1, 'same'],
  ] as const
).map(([name, inputShape, outputShape, kernelSize, stride, padding]) => ({
  name,
  layer: layer(inputShape, outputShape, kernelSize, stride, padding),
  inputShape: [batch, ...inputShape],
}))

describe('separable convolutions', () => {
  describeLayers(cases)

  it('start with a variance that neither the filters nor the mixture changes much', () => {
    const [depthwise, weight, bias] = layer([9, 9, 32], [9, 9, 64], 3, 1, 'same').variables
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'layer tests' })
    const largest = (values: Float32Array) => Math.max(...values.map(Math.abs))
    // Glorot over 9 places on both sides, He over 32 channels.
    const limits = [Math.sqrt(6 / 18), Math.sqrt(6 / 32)]
    for (const [index, variable] of [depthwise, weight].entries()) {
      const ratio = largest(variable!.initialize(random)) / limits[index]!
      expect(ratio).toBeLessThanOrEqual(1 + 1e-6)
      expect(ratio).toBeGreaterThan(0.97)
    }
    expect(bias!.initialize(random)).toEqual(new Float32Array(64))
  })
})
