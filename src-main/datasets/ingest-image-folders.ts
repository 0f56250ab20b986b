import { msg } from '../core/errors/message.ts'
import type { ImageFolders } from '../core/data/class-folders.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { ArrayFile } from './array-file.ts'
import { labelArrays, sortIntoClasses, type ClassFiles } from './class-files.ts'
import type { DatasetDraft, NewDataset } from './dataset-draft.ts'
import { decodeImage, imageExtensions, withChannels } from './decode-image.ts'
import { type DecodedImage, PixelBudget } from './decoded-image.ts'
import { DuplicateFinder } from './find-duplicates.ts'
import { resizeImage } from './resize-image.ts'
import { type SourceEntry } from './source-entry.ts'
import { SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'

/** Bytes of pixels that are in memory at a time, beside the image that is read. */
const BLOCK_BYTES = 1 << 20

/**
 * Reads PNG, JPEG, WebP and TIFF files that are sorted into folders, one per class, into one array of bytes in the draft, an
 * image at a time.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file
 */
export async function ingestImageFolders(
  source: ImageFolders,
  entries: readonly SourceEntry[],
  draft: DatasetDraft,
): Promise<NewDataset> {
  const classFiles = sortIntoClasses(source, entries, imageExtensions)
  const { files } = classFiles
  const images = draft.array('trainImages', 'uint8')
  const [height, width, channels] = await readImages(source, classFiles, images)
  const duplicates = findDuplicates(images, height * width * channels)
  return {
    kind: 'image',
    properties: {
      ...classFiles.properties,
      images: files.length,
      testImages: 0,
      height,
      width,
      channels,
      duplicateRows: duplicates.count,
    },
    schema: { imageShape: [height, width, channels], ...classFiles.schema },
    arrays: [
      { file: images, shape: [files.length, height, width, channels] },
      ...labelArrays(classFiles, 'trainLabels'),
      ...duplicates.arrays(),
    ],
  }
}

/** @returns height, width and channels that all images have */
async function readImages(
  source: ImageFolders,
  { files }: ClassFiles,
  images: ArrayFile<'uint8'>,
): Promise<readonly [number, number, 1 | 3]> {
  let size = typeof source.size === 'number' ? ([source.size, source.size] as const) : source.size
  let first: string | null = null
  let channels = source.channels ?? 1
  let bytes = 0
  const budget = new PixelBudget()
  for (const file of files) {
    const image = await decodeImage(file.path, await file.read())
    budget.take(file.path, image)
    size ??= [image.height, image.width]
    first ??= file.name
    if (source.size === undefined && (image.height !== size[0] || image.width !== size[1])) {
      const rule = msg('rule.imageSize', { size: size.join(' × '), first })
      throw invalidData(file.path, 'dimensions', `${image.height} × ${image.width}`, rule)
    }
    const converted =
      source.channels === undefined ? withoutColor(image) : withChannels(image, channels)
    const scaled = resizeImage(converted, size[0], size[1])
    bytes += scaled.data.length
    if (bytes > SOURCE_FILE_LIMIT_BYTES) {
      const rule = msg('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'pixels' })
      throw invalidData(file.path, 'images', bytes, rule)
    }
    if (scaled.channels > channels) {
      channels = 3
      checkTogether(source, size, files.length * channels)
      giveColor(images)
    }
    images.append(withChannels(scaled, channels).data)
  }
  const [height, width] = size ?? [1, 1]
  return [height, width, channels]
}

/** With the first color, all gray images before it take three times the room. */
function checkTogether(
  source: ImageFolders,
  [height, width]: readonly [number, number],
  planes: number,
): void {
  const bytes = height * width * planes
  if (bytes <= SOURCE_FILE_LIMIT_BYTES) return
  const rule = msg('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'pixels' })
  throw invalidData(source.folders, 'images', bytes, rule)
}

/** Gray pixels become three equal ones where they stand: from the last one on, so that none is overwritten before it is read. */
function giveColor(images: ArrayFile<'uint8'>): void {
  for (let end = images.length; end > 0;) {
    const start = Math.max(0, end - BLOCK_BYTES)
    const gray = images.read(start, end)
    const color = new Uint8Array(3 * gray.length)
    for (const [at, value] of gray.entries()) color.fill(value, 3 * at, 3 * at + 3)
    images.writeAt(3 * start, color)
    end = start
  }
}

function findDuplicates(images: ArrayFile<'uint8'>, imageBytes: number): DuplicateFinder {
  const duplicates = new DuplicateFinder()
  const block = new Uint8Array(imageBytes * Math.max(1, Math.floor(BLOCK_BYTES / imageBytes)))
  for (let at = 0; at < images.length; at += block.length) {
    const part = images.read(at, Math.min(at + block.length, images.length), block)
    for (let row = 0; row < part.length; row += imageBytes) {
      duplicates.add(part.subarray(row, row + imageBytes))
    }
  }
  return duplicates
}

/** A color image whose three channels are equal everywhere is gray. */
function withoutColor(image: DecodedImage): DecodedImage {
  if (image.channels === 1) return image
  for (let at = 0; at < image.data.length; at += 3) {
    const red = image.data[at]
    if (image.data[at + 1] !== red || image.data[at + 2] !== red) return image
  }
  return { ...image, channels: 1, data: image.data.filter((_, index) => index % 3 === 0) }
}
