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
