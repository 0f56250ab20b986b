import { readFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeImage, withChannels } from '../../../src-main/datasets/decode-image.ts'
import { resizeImage } from '../../../src-main/datasets/resize-image.ts'
import { catchAppError } from '../../helpers/catch-error.ts'

interface PillowCase {
  readonly name: string
  readonly file: string
  readonly shape: [number, number, number]
  readonly pixels: readonly number[]
  readonly tolerance: number
}

/** Made by test/fixtures/images/generate.py with Pillow. */
const pillow = JSON.parse(
  readFileSync(new URL('../../fixtures/images/pillow.generated.json', import.meta.url), 'utf8'),
) as {
  cases: PillowCase[]
  refused: Record<'pages' | 'real' | 'film', string>
  scaled: {
    shape: [number, number, number]
    pixels: number[]
    scalings: { shape: [number, number]; pixels: number[] }[]
  }
}

const bytesOf = (name: string) =>
  Buffer.from(pillow.cases.find(candidate => candidate.name === name)?.file ?? '', 'base64')

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN))))
}

describe('decodeImage reads as Pillow does', () => {
  it.each(pillow.cases)('$name', async ({ name, file, shape, pixels, tolerance }) => {
    const image = await decodeImage(name, Buffer.from(file, 'base64'))
    expect([image.height, image.width, image.channels]).toEqual(shape)
    expect(largestDifference(image.data, pixels)).toBeLessThanOrEqual(tolerance)
  })

  it('passes over what is not pixels', async () => {
    const png = bytesOf('png colour')
    // Behind signature and IHDR: a text that would unpack to far more than the image.
    const text = chunk(
      'zTXt',
      Buffer.concat([Buffer.from('k\0\0'), deflateSync(Buffer.alloc(1e6))]),
    )
    const with_ = Buffer.concat([png.subarray(0, 33), text, png.subarray(33)])
    expect(await decodeImage('x', with_)).toEqual(await decodeImage('x', png))
  })
})

describe('resizeImage', () => {
  const [height, width, channels] = pillow.scaled.shape
  const image = {
    height,
    width,
    channels: channels as 3,
    data: Uint8Array.from(pillow.scaled.pixels),
  }

  // Pillow rounds between lines and columns; we round once.
  it.each(pillow.scaled.scalings)(
    'to $shape is what Pillow gives, within 1',
    ({ shape, pixels }) => {
      const scaled = resizeImage(image, ...shape)
      expect([scaled.height, scaled.width]).toEqual(shape)
      expect(largestDifference(scaled.data, pixels)).toBeLessThanOrEqual(1)
    },
  )
})

describe('withChannels', () => {
  it('weighs colors as BT.601 does, and back makes gray of gray', () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255)
    const gray = withChannels({ height: 1, width: 3, channels: 3, data }, 1)
    expect([...gray.data]).toEqual([76, 150, 29])
    expect([...withChannels(gray, 3).data]).toEqual([76, 76, 76, 150, 150, 150, 29, 29, 29])
  })
})

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])), 0)
  return Buffer.concat([head, data, tail])
}

interface PngParts {
  readonly width?: number
  readonly height?: number
  readonly depth?: number
  readonly color?: number
  readonly data?: Buffer
  readonly before?: readonly Buffer[]
  readonly after?: readonly Buffer[]
}

/** A gray image of 2 × 2 pixels unless told otherwise. */
function png(parts: PngParts = {}): Buffer {
  const { width = 2, height = 2, depth = 8, color: color = 0, before = [], after = [] } = parts
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = color
  const data = parts.data ?? deflateSync(Buffer.from([0, 1, 2, 0, 3, 4]))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...before,
    chunk('IHDR', header),
    ...after,
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function changed(content: Buffer, at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(content)
  copy.set(bytes, at)
  return copy
}

/** Its sizes fit the bytes that are left. */
function shortWebp(): Buffer {
  const whole = bytesOf('webp, lossy')
  const short = Buffer.from(whole.subarray(0, whole.length / 2))
  short.writeUInt32LE(short.length - 8, 4)
  short.writeUInt32LE(short.length - 20, 16)
  return short
}

const jpeg = bytesOf('jpeg, 4:4:4')
/** Start of frame: 0xff 0xc0, length, precision, height, width. */
const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))

/** Every broken file with the field that its error names. */
const broken: [string, Buffer, string][] = [
  ['an empty file', Buffer.alloc(0), 'magic'],
  ['a GIF that is called PNG', Buffer.from('GIF89a\x01\x00\x01\x00'), 'magic'],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'magic'],
  ['a PNG signature alone', png().subarray(0, 8), 'size'],
  ['a PNG cut in its header', png().subarray(0, 20), 'chunks."IHDR".length'],
  ['a PNG cut in its pixels', png().subarray(0, 45), 'chunks."IDAT".length'],
  ['a PNG without its end', png().subarray(0, -12), 'size'],
  ['a PNG chunk of 4 GB', changed(png(), 33, 0xff, 0xff, 0xff, 0xff), 'chunks."IDAT".length'],
  ['a PNG header with a changed byte', changed(png(), 18, 9), 'chunks."IHDR"'],
  ['PNG pixels with a changed byte', changed(png(), 44, 0xaa), 'chunks."IDAT"'],
  ['a PNG with two headers', png({ after: [png().subarray(8, 33)] }), 'chunks'],
  ['a PNG that begins with pixels', png({ before: [chunk('IDAT', Buffer.alloc(0))] }), 'chunks'],
  [
    'a PNG header of 12 bytes',
    Buffer.concat([png().subarray(0, 8), chunk('IHDR', Buffer.alloc(12))]),
    'chunks.IHDR.length',
  ],
  ['a PNG without width', png({ width: 0 }), 'dimensions'],
  ['a PNG without height', png({ height: 0 }), 'dimensions'],
  ['a PNG of 10 gigapixels', png({ width: 100_000, height: 100_000 }), 'dimensions'],
  ['a PNG of depth 3', png({ depth: 3 }), 'color'],
  ['a PNG of color type 1', png({ color: 1 }), 'color'],
  ['a PNG in color of depth 4', png({ color: 2, depth: 4 }), 'color'],
  ['a PNG bomb', png({ data: deflateSync(Buffer.alloc(10_000_000)) }), 'chunks.IDAT'],
  ['PNG pixels that are no zlib stream', png({ data: Buffer.from('pixels') }), 'chunks.IDAT'],
  ['PNG pixels that end early', png({ data: deflateSync(Buffer.from([0, 1])) }), 'png'],
  ['a PNG without pixels', png({ data: Buffer.alloc(0) }), 'chunks.IDAT'],
  ['a PNG with filter 9', png({ data: deflateSync(Buffer.from([9, 1, 2, 0, 3, 4])) }), 'png'],
  [
    'a PNG with a palette color that is not there',
    png({ color: 3, after: [chunk('PLTE', Buffer.from([1, 2, 3]))] }),
    'palette',
  ],
  ['a PNG palette image without palette', png({ color: 3 }), 'palette'],
  ['a JPEG start alone', jpeg.subarray(0, 4), 'size'],
  ['a JPEG cut before its frame', jpeg.subarray(0, frame), 'size'],
  ['a JPEG cut in its pixels', jpeg.subarray(0, jpeg.length - 40), 'jpeg'],
  ['a JPEG without height', changed(jpeg, frame + 5, 0, 0), 'dimensions'],
  ['a JPEG of 4 gigapixels', changed(jpeg, frame + 5, 0xff, 0xff, 0xff, 0xff), 'dimensions'],
  ['a JPEG with arithmetic codes', changed(jpeg, frame + 1, 0xc9), 'frame'],
  ['a TIFF of two pages', Buffer.from(pillow.refused.pages, 'base64'), 'tiff.pages'],
  ['a TIFF of real numbers', Buffer.from(pillow.refused.real, 'base64'), 'tiff.bits'],
  [
    'a TIFF cut in its pixels',
    bytesOf('tiff, big-endian, 16 bits').subarray(0, -9),
    'tiff.segments[0]',
  ],
  ['a TIFF start alone', bytesOf('tiff grey').subarray(0, 8), 'tiff'],
  ['a WebP film', Buffer.from(pillow.refused.film, 'base64'), 'webp.animation'],
  ['a WebP start alone', bytesOf('webp, lossy').subarray(0, 14), 'size'],
  ['a WebP cut in its pixels', bytesOf('webp, lossy').subarray(0, -9), 'size'],
  ['a WebP whose end is missing', shortWebp(), 'webp'],
  [
    'a WebP of 64 megapixels',
    changed(bytesOf('webp, lossless'), 21, 0xff, 0xff, 0xff, 0x0f),
    'dimensions',
  ],
  ['a JPEG of precision 12', changed(jpeg, frame + 4, 12), 'frame.precision'],
]

describe('decodeImage refuses', () => {
  it.each(broken)('%s', async (_name, content, field) => {
    const error = await catchAppError(() => decodeImage('pets/cat/1.png', content))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: 'pets/cat/1.png', field })
  })

  it('or reads, but never anything else, whatever byte is changed', async () => {
    for (const original of [
      png(),
      bytesOf('png palette, 4 bits'),
      jpeg,
      bytesOf('tiff colour, LZW'),
      bytesOf('tiff, tiles of colour'),
      bytesOf('webp, lossy'),
      bytesOf('webp, lossless'),
    ]) {
      for (let at = 0; at < original.length; at += 3) {
        const content = changed(original, at, (original[at] ?? 0) ^ 0x55)
        try {
          await decodeImage('x', content)
        } catch {
          const error = await catchAppError(() => decodeImage('x', content))
          expect(error.code).toBe('data.invalid')
        }
      }
    }
  })
})
