import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { DecodedImage } from './decoded-image.ts'
import { isJpeg, isPng, isTiff, isWebp } from './format-signatures.ts'

/** Names of image files. What a file is, its first bytes decide. */
export const imageExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'] as const

/** @throws AppError `data.invalid` */
export async function decodeImage(path: string, content: Uint8Array): Promise<DecodedImage> {
  if (isPng(content)) return (await import('./decode-png.ts')).decodePng(path, content)
  if (isJpeg(content)) return (await import('./decode-jpeg.ts')).decodeJpeg(path, content)
  if (isWebp(content)) return (await import('./decode-webp.ts')).decodeWebp(path, content)
  if (isTiff(content)) return (await import('./decode-tiff.ts')).decodeTiff(path, content)
  const first = Buffer.from(content.subarray(0, 8)).toString('hex')
  throw invalidData(path, 'magic', first, msg('rule.begins', { format: 'PNG, JPEG, WebP, TIFF' }))
}

/** The image with 1 or 3 channels: gray is the luma of ITU-R BT.601, rounded. */
export function withChannels(image: DecodedImage, channels: 1 | 3): DecodedImage {
  if (image.channels === channels) return image
  const pixels = image.height * image.width
  const data = new Uint8Array(pixels * channels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (channels === 3) data.fill(image.data[pixel] ?? 0, pixel * 3, pixel * 3 + 3)
    else {
      const [red = 0, green = 0, blue = 0] = image.data.subarray(pixel * 3, pixel * 3 + 3)
      data[pixel] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
    }
  }
  return { ...image, channels, data }
}
