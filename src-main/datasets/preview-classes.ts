import { Buffer } from 'node:buffer'
import { encode } from 'fast-png'
import type { ClassFileKind, ClassGallery } from '../core/data/class-gallery.ts'
import type { ClassesRequest } from '../core/processes/ingest-protocol.ts'
import type { RowContent } from '../core/questions/error-analysis.ts'
import { openEntries, sortIntoClasses } from './class-files.ts'
import { decodeImage, imageExtensions } from './decode-image.ts'
import { audioExtensions } from './ingest-audio.ts'
import { textExtensions } from './ingest-text.ts'
import { resizeImage } from './resize-image.ts'
import type { SourceEntry } from './source-entry.ts'
import { readWav } from './wav.ts'

/** Classes that are shown; the others are counted. */
export const SHOWN_CLASSES = 40
export const SAMPLES_PER_CLASS = 4
/** Of all classes together, so that the answer stays small. */
const MAX_SAMPLES = 80
/** The longer side of a picture. */
const SIDE_PIXELS = 96
const MAX_CHARACTERS = 160
/** A longer recording is only counted. */
const MAX_SOUND_BYTES = 300_000

const extensions: Readonly<Record<ClassFileKind, readonly string[]>> = {
  image: imageExtensions,
  audio: audioExtensions,
  text: textExtensions,
}

/**
 * The classes of files that are sorted into folders, with some files of each, spread over the class.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file or the folder
 */
export async function previewClasses({ kind, source }: ClassesRequest): Promise<ClassGallery> {
  const opened = await openEntries(source.folders)
  try {
    const { files, schema, properties } = sortIntoClasses(source, opened.entries, extensions[kind])
    const { classNames, classCounts } = schema
    const names = classNames.slice(0, SHOWN_CLASSES)
    const sampleCount = Math.min(SAMPLES_PER_CLASS, Math.ceil(MAX_SAMPLES / names.length))
    const classes: ClassGallery['classes'][number][] = []
    for (const [label, name] of names.entries()) {
      const filesOfClass = files.filter(file => file.label === label)
      const samples: RowContent[] = []
      for (const file of spread(filesOfClass, sampleCount)) {
        const content = await contentOf(kind, file)
        if (content !== null) samples.push(content)
      }
      classes.push({ name, count: classCounts[label] ?? 0, samples })
    }
    return {
      classes,
      classCount: classNames.length,
      count: files.length,
      filesLeftOut: Number(properties['filesLeftOut']),
    }
  } finally {
    opened.close()
  }
}

/** Some of a list, evenly from the first to the last. */
export function spread<Item>(list: readonly Item[], count: number): readonly Item[] {
  if (list.length <= count) return list
  return Array.from({ length: count }, (_, index) => {
    return list[Math.floor((index * list.length) / count)] as Item
  })
}

async function contentOf(kind: ClassFileKind, file: SourceEntry): Promise<RowContent | null> {
  if (kind === 'audio' && file.bytes > MAX_SOUND_BYTES) return null
  const content = await file.read()
  switch (kind) {
    case 'image':
      return picture(file.path, content)
    case 'audio': {
      const { sampleRate, samples } = readWav(file.path, content)
      return {
        kind: 'sound',
        url: dataUrl('audio/wav', content),
        seconds: samples.length / sampleRate,
      }
    }
    case 'text': {
      // The encoding is chosen later: what it would change is a sign here or there.
      const text = new TextDecoder().decode(content.subarray(0, 4 * MAX_CHARACTERS)).trim()
      return {
        kind: 'text',
        text: text.slice(0, MAX_CHARACTERS),
        isCut: text.length > MAX_CHARACTERS,
      }
    }
  }
}

async function picture(path: string, content: Uint8Array): Promise<RowContent> {
  const image = await decodeImage(path, content)
  const { height, width } = image
  const scale = Math.min(1, SIDE_PIXELS / Math.max(height, width))
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale))
  const small = resizeImage(image, side(height), side(width))
  const png = encode({
    width: small.width,
    height: small.height,
    channels: small.channels,
    data: small.data,
    depth: 8,
  })
  return { kind: 'picture', url: dataUrl('image/png', png), width, height }
}

function dataUrl(type: string, content: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(content).toString('base64')}`
}
