import { msg } from '../core/errors/message.ts'
import jpeg from 'jpeg-js'
import { messageOf } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { MAX_PIXELS, type DecodedImage, checkPixels } from './decoded-image.ts'

/** Working memory of the decoder for 64 megapixels of three components. */
const MAX_MEMORY_MEGABYTES = 1_500

/** Start of frame: baseline, extended and progressive, Huffman-coded (ITU-T T.81, table B.1). */
const frameMarkers = [0xc0, 0xc1, 0xc2]
/** Other starts of frame: lossless, hierarchical, arithmetic-coded. */
const otherFrames = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]

/**
 * Decodes a JPEG image (baseline or progressive) to bytes. Dimensions are read and checked first.
 * The orientation that cameras note beside the pixels is not applied.
 * @param path names the file in errors
 * @throws AppError `data.invalid`
 */
export function decodeJpeg(path: string, content: Uint8Array): DecodedImage {
  const { height, width, components, precision } = readFrame(path, content)
  if (precision !== 8)
    throw invalidData(path, 'frame.precision', precision, msg('rule.equal', { value: 8 }))
  checkPixels(path, height, width)
  let rgb: Uint8Array
  try {
    rgb = jpeg.decode(content, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: MAX_MEMORY_MEGABYTES,
    }).data
  } catch (error) {
    const reason = messageOf(error)
    throw invalidData(path, 'jpeg', reason, msg('rule.undamaged', { format: 'JPEG' }))
  }
  if (rgb.length !== height * width * 3)
    throw invalidData(path, 'jpeg', rgb.length, msg('rule.equal', { value: height * width * 3 }))
  if (components !== 1) return { height, width, channels: 3, data: rgb }
  return { height, width, channels: 1, data: rgb.filter((_, index) => index % 3 === 0) }
}

function readFrame(path: string, content: Uint8Array) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  for (let at = 2; at + 4 <= content.length;) {
    const marker = content[at + 1] as number
    if (content[at] !== 0xff) break
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    const length = view.getUint16(at + 2)
    if (otherFrames.includes(marker))
      throw invalidData(path, 'frame', `0xff${marker.toString(16)}`, msg('rule.jpegFrame'))
    if (frameMarkers.includes(marker) && at + 10 <= content.length) {
      return {
        precision: content[at + 4] as number,
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: content[at + 9] as number,
      }
    }
    at += 2 + length
  }
  throw invalidData(path, 'size', content.length, msg('rule.cutShort', { missing: 'SOF' }))
}
