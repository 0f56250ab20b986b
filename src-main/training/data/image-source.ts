import { z } from 'zod'
import { fillOneHot, type RowSource } from './row-source.ts'

/** Images as the ingest process stored them. */
export interface StoredImages {
  /** rows × height × width × channels, 0…255 */
  readonly pixels: Uint8Array
  readonly labels: Int32Array
  /** height · width · channels */
  readonly imageSize: number
  readonly classes: number
}

/** Mean and standard deviation of pixel values between 0 and 1. */
export const pixelScalingSchema = z.strictObject({ mean: z.number(), deviation: z.number().gt(0) })

export type PixelScaling = Readonly<z.output<typeof pixelScalingSchema>>

const PIXEL_VALUES = 256
const LARGEST_PIXEL = 255

/**
 * Mean and standard deviation over all pixels of the given rows: the training split, so that
 * nothing of the other splits gets into training. Exact sums: they do not depend on the order.
 */
export function fitPixelScaling(images: StoredImages, rows: Int32Array): PixelScaling {
  const counts = new Float64Array(PIXEL_VALUES)
  for (const row of rows) {
    const end = (row + 1) * images.imageSize
    for (let at = row * images.imageSize; at < end; at++) {
      const value = images.pixels[at] as number
      counts[value] = (counts[value] as number) + 1
    }
  }
  let sum = 0
  let squares = 0
  for (const [value, count] of counts.entries()) {
    sum += value * count
    squares += value * value * count
  }
  const total = rows.length * images.imageSize
  const mean = sum / total
  const variance = Math.max(0, squares / total - mean * mean)
  return {
    mean: mean / LARGEST_PIXEL,
    // All pixels alike: nothing to scale.
    deviation: variance === 0 ? 1 : Math.sqrt(variance) / LARGEST_PIXEL,
  }
}

/** Standardized pixels. */
export function scalePixels(pixels: Uint8Array, scaling: PixelScaling): Float32Array {
  const scaled = scaledValues(scaling)
  return Float32Array.from(pixels, value => scaled[value] as number)
}

/** The standardized form of every value that a pixel can have. */
function scaledValues({ mean, deviation }: PixelScaling): Float32Array {
  return Float32Array.from(
    { length: PIXEL_VALUES },
    (_, value) => (value / LARGEST_PIXEL - mean) / deviation,
  )
}

/** Rows of stored images with standardized pixels and one-hot labels. */
export function createImageSource(
  images: StoredImages,
  rows: Int32Array,
  scaling: PixelScaling,
): RowSource {
  const { pixels, labels, imageSize, classes } = images
  const scaled = scaledValues(scaling)
  return {
    rows: rows.length,
    inputSize: imageSize,
    targetSize: classes,
    fill(order, start, count, inputs, targets) {
      for (let index = 0; index < count; index++) {
        const position = order === null ? start + index : (order[start + index] as number)
        const row = rows[position] as number
        const from = row * imageSize
        const to = index * imageSize
        for (let at = 0; at < imageSize; at++) {
          inputs[to + at] = scaled[pixels[from + at] as number] as number
        }
        fillOneHot(targets, index * classes, classes, labels[row] as number)
      }
    },
  }
}
