import { open } from 'node:fs/promises'
import jpeg from 'jpeg-js'
import type { FileMedia } from '../../core/trial/trial-files.ts'
import { decodeImage, withChannels } from '../../datasets/decode-image.ts'
import type { DecodedImage } from '../../datasets/decoded-image.ts'
import { resizeImage } from '../../datasets/resize-image.ts'
import { readWav } from '../../datasets/wav.ts'
import { readRegularWithin } from '../../platform/files/read-within.ts'

/** A file that is larger is kept without a look into it. */
const MAX_DECODED_BYTES = 64_000_000
/** The longer side of a small picture, for screens with two pixels a point. */
const PREVIEW_PIXELS = 240
const PREVIEW_QUALITY = 80
/** So much of a file decides whether it is text. */
const HEAD_BYTES = 64 * 1024

/** What a file is, and how its copy is named; a small JPEG of a picture. */
export interface DescribedFile {
  readonly media: FileMedia
  /** From a closed list: the name that the program gave it decides nothing. */
  readonly ending: string
  readonly preview: Buffer | null
}

const other: DescribedFile = { media: { type: 'other' }, ending: '.bin', preview: null }

/** Looks into a file of a program; whatever is damaged or unknown is `other`. Runs in the ingest process alone. */
export async function describeFile(file: string, bytes: number): Promise<DescribedFile> {
  const head = await readHead(file)
  const ending = endingOf(head)
  if (ending === null) return describeText(file, head, bytes)
  if (bytes > MAX_DECODED_BYTES) return other
  try {
    const content = await readRegularWithin(file, 'artifact', MAX_DECODED_BYTES)
    if (ending === '.wav') {
      const { samples, sampleRate } = readWav(file, content)
      const media: FileMedia = { type: 'audio', seconds: samples.length / sampleRate }
      return { media, ending, preview: null }
    }
    const image = await decodeImage(file, content)
    const { width, height } = image
    return { media: { type: 'image', width, height }, ending, preview: previewOf(image) }
  } catch {
    return other
  }
}

/** Of formats that are decoded here; null for others. */
function endingOf(head: Buffer): string | null {
  const text = head.toString('latin1', 0, 12)
  if (text.startsWith('\u0089PNG\r\n')) return '.png'
  if (text.startsWith('\u00ff\u00d8\u00ff')) return '.jpg'
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return '.webp'
  if (text.startsWith('RIFF') && text.endsWith('WAVE')) return '.wav'
  return text.startsWith('II*\0') || text.startsWith('MM\0*') ? '.tiff' : null
}

function describeText(file: string, head: Buffer, bytes: number): DescribedFile {
  if (head.length === 0 || head.includes(0)) return other
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: bytes > head.length })
  } catch {
    return other
  }
  const [ending] = /\.(?:csv|tsv)$/i.exec(file) ?? []
  return ending === undefined
    ? { media: { type: 'text' }, ending: '.txt', preview: null }
    : { media: { type: 'table' }, ending: ending.toLowerCase(), preview: null }
}

async function readHead(file: string): Promise<Buffer> {
  await using handle = await open(file, 'r')
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

function previewOf(image: DecodedImage): Buffer {
  const scale = Math.min(1, PREVIEW_PIXELS / Math.max(image.width, image.height))
  const [height, width] = [image.height, image.width].map(side =>
    Math.max(1, Math.round(side * scale)),
  )
  const small = withChannels(resizeImage(image, height as number, width as number), 3)
  const data = Buffer.alloc(small.width * small.height * 4, 255)
  for (let pixel = 0; pixel < small.width * small.height; pixel++) {
    data.set(small.data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4)
  }
  return jpeg.encode({ data, width: small.width, height: small.height }, PREVIEW_QUALITY).data
}
