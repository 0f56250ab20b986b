import { fact } from '../contract/fact.ts'
import { invalidData } from '../contract/invalid-data.ts'

/** An image of bytes, row by row, channels together. */
export interface DecodedImage {
  readonly height: number
  readonly width: number
  /** 1 grey, 3 red-green-blue. */
  readonly channels: 1 | 3
  /** height × width × channels */
  readonly data: Uint8Array
}

/** No image may have more: 64 megapixels are above every camera of today. */
export const MAX_PIXELS = 64_000_000

/** @throws AppError `data.invalid` for an image without pixels or with too many */
export function checkPixels(path: string, height: number, width: number): void {
  if (height >= 1 && width >= 1 && height * width <= MAX_PIXELS) return
  const rule = fact('rule.pixels', { limit: MAX_PIXELS })
  throw invalidData(path, 'dimensions', `${height} × ${width}`, rule)
}
