import type { ImageFolders } from '../contract/class-folders.ts'
import {
  countGroups,
  countLabels,
  labelArrays,
  sortIntoClasses,
  type ClassFiles,
} from './class-files.ts'
import { decodeImage, imageExtensions, withChannels } from './decode-image.ts'
import type { DecodedImage } from './decoded-image.ts'
import { countTwins, firstOfContent, sliceRows, twinArray } from './find-twins.ts'
import type { NewDataset } from './prepared-store.ts'
import { resizeImage } from './resize-image.ts'
import { invalidEntry, type SourceEntry } from './source-entry.ts'
import { sourceFileLimitBytes } from './source-file.ts'

/**
 * Reads PNG and JPEG files that are sorted into folders, one per class, into one array of bytes.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file
 */
export async function ingestImageFolders(
  source: ImageFolders,
  entries: readonly SourceEntry[],
): Promise<NewDataset> {
  const classFiles = sortIntoClasses(source, entries, imageExtensions)
  const { files, classNames } = classFiles
  const { images, shape } = await readImages(source, classFiles)
  const [height, width, channels] = shape
  const firsts = firstOfContent(files.length, sliceRows(images, height * width * channels))
  const classCounts = countLabels(files, classNames.length)
  return {
    kind: 'image',
    facts: {
      ...classFiles.facts,
      images: files.length,
      testImages: 0,
      height,
      width,
      channels,
      duplicateRows: countTwins(firsts),
    },
    schema: {
      imageShape: [height, width, channels],
      classNames,
      classCounts,
      testClassCounts: null,
      groupCounts: countGroups(classFiles),
    },
    arrays: [
      { name: 'trainImages', data: images, shape: [files.length, height, width, channels] },
      ...labelArrays(classFiles, 'trainLabels'),
      ...twinArray(firsts),
    ],
  }
}

async function readImages(source: ImageFolders, { files }: ClassFiles) {
  let size = typeof source.size === 'number' ? ([source.size, source.size] as const) : source.size
  let first: string | null = null
  let channels = source.channels ?? 1
  const decoded: DecodedImage[] = []
  let bytes = 0
  for (const file of files) {
    const image = decodeImage(file.path, await file.read())
    size ??= [image.height, image.width]
    first ??= file.name
    if (source.size === undefined && (image.height !== size[0] || image.width !== size[1])) {
      const rule = `must be ${size.join(' × ')} as ${first}; set size in objective.data.source to scale all images`
      throw invalidEntry(file.path, 'dimensions', `${image.height} × ${image.width}`, rule)
    }
    const own = source.channels === undefined ? withoutColour(image) : withChannels(image, channels)
    if (source.channels === undefined && own.channels === 3) channels = 3
    const scaled = resizeImage(own, size[0], size[1])
    bytes += scaled.data.length
    if (bytes > sourceFileLimitBytes) {
      const rule = `must be at most ${sourceFileLimitBytes} bytes of pixels together`
      throw invalidEntry(file.path, 'images', bytes, rule)
    }
    decoded.push(scaled)
  }
  const [height, width] = size ?? [1, 1]
  const imageSize = height * width * channels
  if (imageSize * files.length > sourceFileLimitBytes) {
    const rule = `must be at most ${sourceFileLimitBytes} bytes of pixels together`
    throw invalidEntry(source.folders, 'images', imageSize * files.length, rule)
  }
  const images = new Uint8Array(imageSize * files.length)
  for (const [row, image] of decoded.entries()) {
    images.set(withChannels(image, channels).data, row * imageSize)
  }
  return { images, shape: [height, width, channels] as const }
}

/** A colour image whose three channels are equal everywhere is grey. */
function withoutColour(image: DecodedImage): DecodedImage {
  if (image.channels === 1) return image
  for (let at = 0; at < image.data.length; at += 3) {
    const red = image.data[at]
    if (image.data[at + 1] !== red || image.data[at + 2] !== red) return image
  }
  return { ...image, channels: 1, data: image.data.filter((_, index) => index % 3 === 0) }
}
