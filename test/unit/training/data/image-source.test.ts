import { describe, expect, it } from 'vitest'
import {
  createImageSource,
  fitPixelScaling,
  type StoredImages,
} from '../../../../src-main/training/data/image-source.ts'

const images: StoredImages = {
  pixels: Uint8Array.of(0, 255, 51, 102, 255, 255),
  labels: Int32Array.of(1, 0, 2),
  imageSize: 2,
  classes: 3,
}

describe('fitPixelScaling', () => {
  it('is mean and population deviation of the given rows', () => {
    // Pixels 0, 1, 0.2, 0.4: mean 0.4, variance (0.16 + 0.36 + 0.04 + 0) / 4.
    const scaling = fitPixelScaling(images, Int32Array.of(0, 1))
    expect(scaling.mean).toBeCloseTo(0.4, 14)
    expect(scaling.deviation).toBeCloseTo(Math.sqrt(0.14), 14)
  })

  it('survives pixels that are all alike', () => {
    expect(fitPixelScaling(images, Int32Array.of(2))).toEqual({ mean: 1, deviation: 1 })
  })
})

describe('createImageSource', () => {
  const source = createImageSource(images, Int32Array.of(2, 0), { mean: 0.4, deviation: 2 })

  it('fills rows in the order asked for', () => {
    const inputs = new Float32Array(4).fill(9)
    const targets = new Float32Array(6).fill(9)
    source.fill(Int32Array.of(7, 1, 0), 1, 2, inputs, targets)
    expect([...inputs]).toEqual([-0.2, 0.3, 0.3, 0.3].map(Math.fround))
    expect([...targets]).toEqual([0, 1, 0, 0, 0, 1])
  })

  it('fills rows in their own order and leaves the rest of the buffers', () => {
    const inputs = new Float32Array(4).fill(9)
    const targets = new Float32Array(6).fill(9)
    source.fill(null, 1, 1, inputs, targets)
    expect([...inputs]).toEqual([Math.fround(-0.2), Math.fround(0.3), 9, 9])
    expect([...targets]).toEqual([0, 1, 0, 9, 9, 9])
  })
})
