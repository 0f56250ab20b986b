import { clamp } from '../../math/numbers.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'

/** How training images are changed each time they are shown; all zero (or false): not at all. */
export interface AugmentationSettings {
  /** Most pixels to each side. */
  readonly shift: number
  /** Left and right are exchanged in half of the cases. */
  readonly flip: boolean
  /** Most degrees to each side. */
  readonly rotate: number
  /** Side of a square that is blanked. */
  readonly cutout: number
  /** α of the Beta distribution that mixes two images and their labels. */
  readonly mixup: number
}

/** Changes a batch in place; a pure function of its arguments, so that a repeated step repeats it. */
export type AugmentBatch = (
  inputs: Float32Array,
  targets: Float32Array,
  rows: number,
  random: RandomStream,
) => void

/**
 * Shifts, turns, flips, blanks and mixes standardized images, in this order; pixels beyond an edge are those of
 * the edge. Cutout: DeVries, Taylor: Improved regularization of convolutional neural networks with cutout. 2017,
 * arXiv:1708.04552. Mixup: Zhang, Cisse, Dauphin, Lopez-Paz: mixup: Beyond empirical risk minimization. ICLR 2018,
 * arXiv:1710.09412; one λ per batch, partners are neighbors, whose order is random anyway.
 * @param shape height, width, channels
 * @returns null if the settings change nothing
 */
export function createImageAugmentation(
  settings: AugmentationSettings,
  shape: readonly [number, number, number],
): AugmentBatch | null {
  const { shift, flip, rotate, cutout, mixup } = settings
  const moves = shift > 0 || flip || rotate > 0
  if (!moves && cutout === 0 && mixup === 0) return null
  const size = shape[0] * shape[1] * shape[2]
  const original = new Float32Array(size)
  return (inputs, targets, rows, random) => {
    for (let row = 0; row < rows; row++) {
      const image = inputs.subarray(row * size, (row + 1) * size)
      if (moves) {
        original.set(image)
        const movement = {
          down: shift === 0 ? 0 : random.integer(2 * shift + 1) - shift,
          right: shift === 0 ? 0 : random.integer(2 * shift + 1) - shift,
          mirrored: flip && random.uniform() < 0.5,
          radians: rotate === 0 ? 0 : ((2 * random.uniform() - 1) * rotate * Math.PI) / 180,
        }
        if (movement.radians === 0) moveWholePixels(original, image, shape, movement)
        else move(original, image, shape, movement)
      }
      if (cutout > 0) blank(image, shape, cutout, random)
    }
    if (mixup > 0) {
      const share = drawBeta(mixup, random)
      mixNeighbors(inputs, rows, share)
      mixNeighbors(targets, rows, share)
    }
  }
}

interface Movement {
  readonly down: number
  readonly right: number
  readonly mirrored: boolean
  readonly radians: number
}

/** Like {@link move} where nothing is turned and so nothing lies between pixels: some ten times as fast. */
function moveWholePixels(
  from: Float32Array,
  to: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  { down, right, mirrored }: Movement,
): void {
  let at = 0
  for (let row = 0; row < height; row++) {
    const fromRow = clamp(row - down, 0, height - 1) * width
    for (let column = 0; column < width; column++) {
      const unclamped = mirrored ? width - 1 - column + right : column - right
      const start = (fromRow + clamp(unclamped, 0, width - 1)) * channels
      for (let channel = 0; channel < channels; channel++) {
        to[at++] = from[start + channel] as number
      }
    }
  }
}

/** Every pixel of the result is read, between four pixels if need be, where it comes from. */
function move(
  from: Float32Array,
  to: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  { down, right, mirrored, radians }: Movement,
): void {
  const [centerRow, centerColumn] = [(height - 1) / 2, (width - 1) / 2]
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const y = row - down - centerRow
      const x =
        (mirrored ? width - 1 - column : column) - (mirrored ? -right : right) - centerColumn
      const fromRow = clamp(centerRow + cos * y - sin * x, 0, height - 1)
      const fromColumn = clamp(centerColumn + sin * y + cos * x, 0, width - 1)
      const [top, left] = [Math.floor(fromRow), Math.floor(fromColumn)]
      const [bottom, far] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)]
      const [v, h] = [fromRow - top, fromColumn - left]
      for (let channel = 0; channel < channels; channel++) {
        const at = (r: number, c: number) => from[(r * width + c) * channels + channel] as number
        const above = h === 0 ? at(top, left) : at(top, left) * (1 - h) + at(top, far) * h
        const below = h === 0 ? at(bottom, left) : at(bottom, left) * (1 - h) + at(bottom, far) * h
        to[(row * width + column) * channels + channel] =
          v === 0 ? above : above * (1 - v) + below * v
      }
    }
  }
}

/** A square anywhere, cut off at the edges, becomes 0: the mean of all standardized pixels. */
function blank(
  image: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  side: number,
  random: RandomStream,
): void {
  const top = random.integer(height) - Math.floor(side / 2)
  const left = random.integer(width) - Math.floor(side / 2)
  for (let row = Math.max(0, top); row < Math.min(height, top + side); row++) {
    const start = row * width
    image.fill(
      0,
      (start + Math.max(0, left)) * channels,
      (start + Math.min(width, left + side)) * channels,
    )
  }
}

function mixNeighbors(values: Float32Array, rows: number, share: number): void {
  const size = values.length / rows
  const first = values.slice(0, size)
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < size; at++) {
      const position = row * size + at
      const partner = row + 1 < rows ? (values[position + size] as number) : (first[at] as number)
      values[position] = share * (values[position] as number) + (1 - share) * partner
    }
  }
}

/**
 * Beta(α, α), α ≤ 1, by Jöhnk's method in logarithms, since u^(1/α) underflows for small α. Devroye: Non-uniform
 * random variate generation. Springer 1986, section IX.3.5.
 */
function drawBeta(alpha: number, random: RandomStream): number {
  for (;;) {
    const x = Math.log(1 - random.uniform()) / alpha
    const y = Math.log(1 - random.uniform()) / alpha
    if (Math.exp(x) + Math.exp(y) <= 1) return 1 / (1 + Math.exp(y - x))
  }
}
