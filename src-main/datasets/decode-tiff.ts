import { msg } from '../core/errors/message.ts'
import { isAppError, messageOf } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { JsonValue } from '../core/values/json.ts'
import { checkPixels, type DecodedImage } from './decoded-image.ts'
import { tiffUnpackers } from './unpack-tiff.ts'

/** Fields of a directory that pixels depend on (TIFF 6.0). */
const tags = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  colors: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planes: 284,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  sampleFormat: 339,
} as const
type Tag = keyof typeof tags

/** BYTE, SHORT and LONG with their bytes; other types hold nothing that is needed here. */
const typeBytes: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 }
const ENTRY_BYTES = 12
/** Red, green, blue and transparency. */
const MAX_SAMPLES = 4
/** Directories are counted up to this: a ring of them has no end. */
const MAX_PAGES = 1_000

const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE] = [0, 1, 2, 3]
/** Bits per sample, by the meaning of colors. */
const depths: Readonly<Record<number, readonly number[]>> = {
  [WHITE_IS_ZERO]: [1, 2, 4, 8, 16],
  [BLACK_IS_ZERO]: [1, 2, 4, 8, 16],
  [RGB]: [8, 16],
  [PALETTE]: [1, 2, 4, 8],
}

/**
 * Decodes a TIFF image of one page to bytes: strips or tiles, uncompressed, LZW, Deflate or PackBits. 16-bit values keep
 * their upper half, gray values of fewer bits are stretched to 0…255, palettes are looked up, transparency is dropped.
 * @param path names the file in errors
 * @throws AppError `data.invalid`
 */
export function decodeTiff(path: string, content: Uint8Array): DecodedImage {
  try {
    return toBytes(path, content, readImage(path, content))
  } catch (error) {
    if (isAppError(error)) throw error
    throw invalidData(path, 'tiff', messageOf(error), msg('rule.undamaged', { format: 'TIFF' }))
  }
}

type Fields = (tag: Tag) => readonly number[]

function readImage(path: string, content: Uint8Array) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const little = content[0] === 0x49
  const first = readDirectory(view, little, view.getUint32(4, little))
  checkPages(path, view, little, first.next)
  const { fields } = first
  const fieldValue = (tag: Tag, standard: number, allowed?: readonly number[]): number => {
    const [value = standard] = fields(tag)
    if (allowed?.includes(value) === false) throw wrong(path, tag, value, allowed)
    return value
  }
  const [width, height] = [fieldValue('width', 0), fieldValue('height', 0)]
  checkPixels(path, height, width)
  const colors = fieldValue('colors', -1, Object.keys(depths).map(Number))
  const depth = fieldValue('bits', 1, depths[colors])
  if (fields('bits').some(bits => bits !== depth))
    throw wrong(path, 'bits', [...fields('bits')], [depth])
  const least = colors === RGB ? 3 : 1
  const samples = fieldValue(
    'samples',
    1,
    [1, 2, 3, MAX_SAMPLES].filter(count => count >= least),
  )
  fieldValue('sampleFormat', 1, [1])
  fieldValue('fillOrder', 1, [1])
  const tiled = fields('tileOffsets').length > 0
  const segmentWidth = tiled ? fieldValue('tileWidth', 0) : width
  const segmentHeight = tiled
    ? fieldValue('tileHeight', 0)
    : Math.min(fieldValue('rowsPerStrip', height), height)
  checkPixels(path, segmentHeight, segmentWidth)
  return {
    little,
    width,
    height,
    colors,
    depth,
    samples,
    segmentWidth,
    segmentHeight,
    compression: fieldValue('compression', 1, Object.keys(tiffUnpackers).map(Number)),
    isPlanar: fieldValue('planes', 1, [1, 2]) === 2,
    isPredicted: fieldValue('predictor', 1, depth >= 8 ? [1, 2] : [1]) === 2,
    palette: fields('palette'),
    offsets: fields(tiled ? 'tileOffsets' : 'stripOffsets'),
    counts: fields(tiled ? 'tileBytes' : 'stripBytes'),
  }
}

type Image = ReturnType<typeof readImage>

/** @throws RangeError for what lies behind the end of the file */
function readDirectory(view: DataView, little: boolean, offset: number) {
  const entries = view.getUint16(offset, little)
  const entryOffsets = new Map<number, number>()
  for (let entry = 0; entry < entries; entry++) {
    const at = offset + 2 + ENTRY_BYTES * entry
    entryOffsets.set(view.getUint16(at, little), at)
  }
  const fields: Fields = tag => {
    const at = entryOffsets.get(tags[tag])
    const bytes = at === undefined ? undefined : typeBytes[view.getUint16(at + 2, little)]
    if (at === undefined || bytes === undefined) return []
    const count = view.getUint32(at + 4, little)
    const start = count * bytes <= 4 ? at + 8 : view.getUint32(at + 8, little)
    if (start + count * bytes > view.byteLength) throw new RangeError(tag)
    return Array.from({ length: count }, (_, index) => {
      const valueOffset = start + index * bytes
      if (bytes === 1) return view.getUint8(valueOffset)
      return bytes === 2 ? view.getUint16(valueOffset, little) : view.getUint32(valueOffset, little)
    })
  }
  return { fields, next: view.getUint32(offset + 2 + ENTRY_BYTES * entries, little) }
}

/** Smaller copies of the image may follow it, further pages may not: which one is meant nobody knows. */
function checkPages(path: string, view: DataView, little: boolean, second: number): void {
  let pages = 1
  let seen = 1
  for (let offset = second; offset !== 0 && seen < MAX_PAGES; seen++) {
    const { fields, next } = readDirectory(view, little, offset)
    if (((fields('subfile')[0] ?? 0) & 1) === 0) pages++
    offset = next
  }
  if (pages > 1) throw invalidData(path, 'tiff.pages', pages, msg('rule.oneImage'))
}

function wrong(path: string, tag: Tag, value: JsonValue, values: readonly number[]) {
  return invalidData(path, `tiff.${tag}`, value, msg('rule.oneOf', { values: [...values] }))
}

function toBytes(path: string, content: Uint8Array, image: Image): DecodedImage {
  const { width, height, colors, samples, segmentWidth, segmentHeight, isPlanar } = image
  const channels = colors === RGB || colors === PALETTE ? 3 : 1
  const data = new Uint8Array(width * height * channels)
  const across = Math.ceil(width / segmentWidth)
  const perPlane = across * Math.ceil(height / segmentHeight)
  const planes = isPlanar ? samples : 1
  for (let plane = 0; plane < Math.min(planes, channels); plane++) {
    for (let segment = 0; segment < perPlane; segment++) {
      const top = Math.floor(segment / across) * segmentHeight
      const left = (segment % across) * segmentWidth
      // Strips end with the image, tiles are padded.
      const rows = segmentWidth === width ? Math.min(segmentHeight, height - top) : segmentHeight
      const values = readSegment(path, content, image, plane * perPlane + segment, rows)
      for (let row = 0; row < Math.min(rows, height - top); row++) {
        for (let column = 0; column < Math.min(segmentWidth, width - left); column++) {
          const pixel = (top + row) * width + left + column
          const value = (sample: number) =>
            values[(row * segmentWidth + column) * (isPlanar ? 1 : samples) + sample] as number
          if (colors === PALETTE) {
            data.set(paletteColor(path, image, value(0)), 3 * pixel)
          } else if (isPlanar) {
            data[pixel * channels + plane] = toByte(image, value(0))
          } else {
            for (let channel = 0; channel < channels; channel++) {
              data[pixel * channels + channel] = toByte(image, value(channel))
            }
          }
        }
      }
    }
  }
  return { height, width, channels, data }
}

function toByte({ depth, colors }: Image, value: number): number {
  const byte = depth === 16 ? value >>> 8 : (value * 255) / (2 ** depth - 1)
  return colors === WHITE_IS_ZERO ? 255 - byte : byte
}

function paletteColor(path: string, { palette, depth }: Image, index: number): number[] {
  const size = 2 ** depth
  if (palette.length !== 3 * size) throw wrong(path, 'palette', palette.length, [3 * size])
  return [0, 1, 2].map(channel => (palette[channel * size + index] as number) >>> 8)
}

/** The samples of a strip or a tile, row by row. */
function readSegment(
  path: string,
  content: Uint8Array,
  image: Image,
  segment: number,
  rows: number,
): Uint8Array | Uint16Array {
  const { depth, samples, segmentWidth, isPlanar, little, compression } = image
  const perPixel = isPlanar ? 1 : samples
  const perRow = segmentWidth * perPixel
  const rowBytes = Math.ceil((perRow * depth) / 8)
  const bytes = rowBytes * rows
  const start = image.offsets[segment] ?? content.length
  const end = start + (image.counts[segment] ?? (compression === 1 ? bytes : 0))
  const packed = content.subarray(start, Math.min(end, content.length))
  const unpacked = tiffUnpackers[compression]?.(packed, bytes) ?? packed
  if (unpacked.length < bytes) {
    const rule = msg('rule.atLeast', { limit: bytes })
    throw invalidData(path, `tiff.segments[${segment}]`, unpacked.length, rule)
  }
  const values = depth === 16 ? new Uint16Array(perRow * rows) : new Uint8Array(perRow * rows)
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < perRow; index++) {
      const at = row * perRow + index
      values[at] = sampleAt(unpacked, row * rowBytes, index, depth, little)
      // Arrays of unsigned integers wrap around as the scheme wants it.
      if (image.isPredicted && index >= perPixel) {
        values[at] = values[at] + (values[at - perPixel] as number)
      }
    }
  }
  return values
}

function sampleAt(
  bytes: Uint8Array,
  start: number,
  index: number,
  depth: number,
  little: boolean,
): number {
  if (depth === 8) return bytes[start + index] as number
  if (depth === 16) {
    const [firstByte, secondByte] = [
      bytes[start + 2 * index] as number,
      bytes[start + 2 * index + 1] as number,
    ]
    return little ? firstByte + 256 * secondByte : 256 * firstByte + secondByte
  }
  const bit = index * depth
  return ((bytes[start + (bit >>> 3)] as number) >>> (8 - depth - (bit & 7))) & (2 ** depth - 1)
}
