import { msg } from '../core/errors/message.ts'
import { crc32, inflateSync } from 'node:zlib'
import { messageOf } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { decode } from 'fast-png'
import { type DecodedImage, checkPixels } from './decoded-image.ts'
import { pngSignature } from './format-signatures.ts'

/** Chunks that decide pixels. The others (texts, color profiles, animation) never reach the decoder. */
const pixelChunks = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** Bits per value that each color type allows. */
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}
/** Lengths and types around every chunk's data. */
const FRAME_BYTES = 12
/** Seven passes of an interlaced image, each with rows of its own. */
const INTERLACED_PASSES = 7

interface Header {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly color: number
}

/**
 * Decodes a PNG image to bytes: 16-bit values keep their upper half, gray values of fewer bits are
 * stretched to 0…255, palettes are looked up, transparency is dropped.
 * @param path names the file in errors
 * @throws AppError `data.invalid`
 */
export function decodePng(path: string, content: Uint8Array): DecodedImage {
  const { header, chunks, pixels } = readChunks(path, content)
  checkPixelBytes(path, header, pixels)
  let decoded: ReturnType<typeof decode>
  try {
    decoded = decode(chunks, { checkCrc: true })
  } catch (error) {
    const reason = messageOf(error)
    throw invalidData(path, 'png', reason, msg('rule.undamaged', { format: 'PNG' }))
  }
  return toBytes(path, header, decoded)
}

function readChunks(path: string, content: Uint8Array) {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const chunkBuffers: Buffer[] = [bytes.subarray(0, pngSignature.length)]
  const pixels: Buffer[] = []
  let header: Header | null = null
  let ended = false
  for (let at: number = pngSignature.length; !ended;) {
    if (at + FRAME_BYTES > bytes.length)
      throw invalidData(path, 'size', bytes.length, msg('rule.cutShort', { missing: 'IEND' }))
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const end = at + FRAME_BYTES + length
    if (end > bytes.length) {
      const rule = msg('rule.bytesLeft', { limit: bytes.length - at - FRAME_BYTES })
      throw invalidData(path, `chunks.${JSON.stringify(type)}.length`, length, rule)
    }
    const data = bytes.subarray(at + 8, end - 4)
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
      throw invalidData(
        path,
        `chunks.${JSON.stringify(type)}`,
        'CRC',
        msg('rule.undamaged', { format: 'PNG' }),
      )
    }
    if ((type === 'IHDR') === (header !== null))
      throw invalidData(path, 'chunks', type, msg('rule.pngHeader'))
    header ??= readHeader(path, data)
    if (pixelChunks.includes(type)) chunkBuffers.push(bytes.subarray(at, end))
    if (type === 'IDAT') pixels.push(data)
    ended = type === 'IEND'
    at = end
  }
  return {
    header: header as Header,
    chunks: Buffer.concat(chunkBuffers),
    pixels: Buffer.concat(pixels),
  }
}

function readHeader(path: string, data: Buffer): Header {
  if (data.length !== 13)
    throw invalidData(path, 'chunks.IHDR.length', data.length, msg('rule.equal', { value: 13 }))
  const width = data.readUInt32BE(0)
  const height = data.readUInt32BE(4)
  const depth = data[8] as number
  const color = data[9] as number
  checkPixels(path, height, width)
  if (depthsOf[color]?.includes(depth) !== true)
    throw invalidData(path, 'color', [color, depth], msg('rule.pngColor'))
  return { width, height, depth, color }
}

/** The packed pixels must unpack to the size that the header demands, so that no bomb gets further. */
function checkPixelBytes(path: string, header: Header, packed: Buffer): void {
  const { width, height, depth, color } = header
  const bits = depth * (channelsOf[color] ?? 1)
  const most = (Math.ceil((width * bits) / 8) + 1) * height + INTERLACED_PASSES * (height + width)
  try {
    inflateSync(packed, { maxOutputLength: most })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const rule = msg('rule.bytes.atMost', { limit: most, of: 'unpacked' })
    throw invalidData(path, 'chunks.IDAT', code, rule)
  }
}

function toBytes(path: string, header: Header, decoded: ReturnType<typeof decode>): DecodedImage {
  const { width, height, depth, color } = header
  const pixels = width * height
  const { data, channels } = decoded
  const colors = color === 0 || color === 4 ? 1 : 3
  const bytes = new Uint8Array(pixels * colors)
  if (color === 3) {
    const palette = decoded.palette ?? []
    for (let pixel = 0; pixel < pixels; pixel++) {
      const index = packedValue(data, width, pixel, depth)
      const entry = palette[index]
      if (entry === undefined)
        throw invalidData(path, 'palette', index, msg('rule.below', { limit: palette.length }))
      for (let at = 0; at < 3; at++) bytes[pixel * 3 + at] = entry[at] ?? 0
    }
    return { height, width, channels: 3, data: bytes }
  }
  const largest = 2 ** Math.min(depth, 8) - 1
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let at = 0; at < colors; at++) {
      const value =
        depth < 8
          ? (packedValue(data, width, pixel, depth) * 255) / largest
          : depth === 16
            ? (data[pixel * channels + at] ?? 0) >>> 8
            : (data[pixel * channels + at] ?? 0)
      bytes[pixel * colors + at] = value
    }
  }
  return { height, width, channels: colors, data: bytes }
}

/** Value of a pixel of fewer than 8 bits: rows begin at whole bytes, the first pixel is in the high bits. */
function packedValue(data: ArrayLike<number>, width: number, pixel: number, depth: number): number {
  if (depth === 8) return data[pixel] ?? 0
  const perByte = 8 / depth
  const rowBytes = Math.ceil(width / perByte)
  const row = Math.floor(pixel / width)
  const column = pixel % width
  const byte = data[row * rowBytes + Math.floor(column / perByte)] ?? 0
  const shift = 8 - depth * ((column % perByte) + 1)
  return (byte >>> shift) & (2 ** depth - 1)
}
