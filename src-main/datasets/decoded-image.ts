import { msg } from '../core/errors/message.ts'
import { raisedLimit } from '../core/study/raised-limit.ts'
import { invalidData } from '../core/errors/invalid-data.ts'

/** An image of bytes, row by row, channels together. */
export interface DecodedImage {
  readonly height: number
  readonly width: number
  /** 1 gray, 3 red-green-blue. */
  readonly channels: 1 | 3
  /** height × width × channels */
  readonly data: Uint8Array
}

/** No image may have more: 64 megapixels are above every camera of today. */
export const MAX_PIXELS = 64_000_000

/** All images of a data set together, before they are scaled; decoding so many takes some ten minutes. */
const MAX_PIXELS_TOGETHER = 50_000_000_000
/** Raises {@link MAX_PIXELS_TOGETHER}. */
const PIXELS_VARIABLE = 'TUNEWRIGHT_MAX_PIXELS'

/** Counts the pixels of images that are decoded one after the other. */
export class PixelBudget {
  readonly #limit = raisedLimit(PIXELS_VARIABLE, MAX_PIXELS_TOGETHER, process.env)
  #pixels = 0

  /** @throws AppError `data.invalid` where the images together have too many */
  take(path: string, { height, width }: DecodedImage): void {
    this.#pixels += height * width
    if (this.#pixels <= this.#limit) return
    const rule = msg('rule.pixelsTogether', { limit: this.#limit, variable: PIXELS_VARIABLE })
    throw invalidData(path, 'pixels', this.#pixels, rule)
  }
}

/** @throws AppError `data.invalid` for an image without pixels or with too many */
export function checkPixels(path: string, height: number, width: number): void {
  if (height >= 1 && width >= 1 && height * width <= MAX_PIXELS) return
  const rule = msg('rule.pixels', { limit: MAX_PIXELS })
  throw invalidData(path, 'dimensions', `${height} × ${width}`, rule)
}
