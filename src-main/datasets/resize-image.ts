import { clamp } from '../math/numbers.ts'
import type { DecodedImage } from './decoded-image.ts'

/** Input pixels and their weights for every output pixel of a line. */
interface Weights {
  readonly first: Int32Array
  readonly count: Int32Array
  /** Output pixels × the most inputs of one; each row sums to 1. */
  readonly values: Float64Array
  readonly most: number
}

/**
 * Scales an image with the triangle filter, widened when it shrinks so that nothing is skipped: the
 * "bilinear" of Pillow and of torchvision with antialiasing. Lines first, then columns.
 * Turkowski: Filters for common resampling tasks. In: Graphics Gems, 1990, pages 147–165.
 */
export function resizeImage(image: DecodedImage, height: number, width: number): DecodedImage {
  if (image.height === height && image.width === width) return image
  const { channels } = image
  const across = triangleWeights(image.width, width)
  const down = triangleWeights(image.height, height)
  const lines = new Float64Array(image.height * width * channels)
  for (let row = 0; row < image.height; row++) {
    const from = row * image.width * channels
    for (let column = 0; column < width; column++) {
      const first = across.first[column] as number
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let k = 0; k < (across.count[column] as number); k++) {
          const value = image.data[from + (first + k) * channels + channel] as number
          sum += value * (across.values[column * across.most + k] as number)
        }
        lines[(row * width + column) * channels + channel] = sum
      }
    }
  }
  const data = new Uint8Array(height * width * channels)
  const lineLength = width * channels
  for (let row = 0; row < height; row++) {
    const first = down.first[row] as number
    for (let at = 0; at < lineLength; at++) {
      let sum = 0
      for (let k = 0; k < (down.count[row] as number); k++) {
        const value = lines[(first + k) * lineLength + at] as number
        sum += value * (down.values[row * down.most + k] as number)
      }
      data[row * lineLength + at] = clamp(Math.round(sum), 0, 255)
    }
  }
  return { height, width, channels, data }
}

function triangleWeights(inputs: number, outputs: number): Weights {
  const scale = inputs / outputs
  const reach = Math.max(1, scale)
  const most = Math.ceil(reach) * 2 + 1
  const first = new Int32Array(outputs)
  const count = new Int32Array(outputs)
  const values = new Float64Array(outputs * most)
  for (let output = 0; output < outputs; output++) {
    const center = (output + 0.5) * scale
    const start = Math.max(0, Math.floor(center - reach + 0.5))
    const end = Math.min(inputs, Math.floor(center + reach + 0.5))
    let sum = 0
    for (let input = start; input < end; input++) {
      const weight = Math.max(0, 1 - Math.abs(input + 0.5 - center) / reach)
      values[output * most + input - start] = weight
      sum += weight
    }
    for (let k = 0; k < end - start; k++) {
      const at = output * most + k
      values[at] = (values[at] as number) / sum
    }
    first[output] = start
    count[output] = end - start
  }
  return { first, count, values, most }
}
