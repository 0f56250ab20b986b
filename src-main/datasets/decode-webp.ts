import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import decode, { init } from '@jsquash/webp/decode.js'
import { msg } from '../core/errors/message.ts'
import { messageOf } from '../core/errors/errors.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { checkPixels, type DecodedImage } from './decoded-image.ts'

/** RIFF header, and the header of the first chunk (RFC 9649, section 2.4). */
const HEADER_BYTES = 30
const ANIMATION_FLAG = 0x02

/** Red, green, blue and opacity. */
interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** The decoder starts once per process, with the first image. */
let started: Promise<void> | null = null

/**
 * Decodes a still WebP image to bytes, lossy or lossless; transparency is dropped. Dimensions are read and checked first.
 * @param path names the file in errors
 * @throws AppError `data.invalid`
 */
export async function decodeWebp(path: string, content: Uint8Array): Promise<DecodedImage> {
  const { height, width } = readHeader(path, content)
  checkPixels(path, height, width)
  await (started ??= start())
  const damaged = (reason: string) =>
    invalidData(path, 'webp', reason, msg('rule.undamaged', { format: 'WebP' }))
  let pixels: Pixels
  try {
    pixels = (await decode(Uint8Array.from(content).buffer)) as Pixels
  } catch (error) {
    // The module of the decoder can be broken now; the next image gets another one.
    started = null
    throw damaged(messageOf(error))
  }
  if (pixels.width !== width || pixels.height !== height)
    throw damaged(`${pixels.height} × ${pixels.width}`)
  const data = new Uint8Array(3 * width * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let at = 0; at < 3; at++) data[3 * pixel + at] = pixels.data[4 * pixel + at] ?? 0
  }
  return { height, width, channels: 3, data }
}

async function start(): Promise<void> {
  const file = import.meta.resolve('@jsquash/webp/codec/dec/webp_dec.wasm')
  await init({ wasmBinary: await readFile(fileURLToPath(file)) })
}

function readHeader(path: string, content: Uint8Array) {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const missing = (what: string) =>
    invalidData(path, 'size', content.length, msg('rule.cutShort', { missing: what }))
  if (content.length < HEADER_BYTES) throw missing('VP8')
  if (view.getUint32(4, true) + 8 > content.length) throw missing('RIFF')
  switch (text(content, 12)) {
    case 'VP8X': {
      if (((content[20] as number) & ANIMATION_FLAG) !== 0)
        throw invalidData(path, 'webp.animation', true, msg('rule.oneImage'))
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
    }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    default:
      throw missing('VP8')
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + 65_536 * view.getUint8(at + 2)
}

function text(content: Uint8Array, at: number): string {
  return String.fromCharCode(...content.subarray(at, at + 4))
}
