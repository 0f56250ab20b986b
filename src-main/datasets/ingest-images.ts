import { msg } from '../core/errors/message.ts'
import type { IdxSource } from '../core/data/data-settings.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { ArrayFile, WrittenArray } from './array-file.ts'
import { openByteArray, parseByteArray, type ByteArrayFile } from './byte-array.ts'
import type { DatasetDraft, NewDataset } from './dataset-draft.ts'
import { DuplicateFinder } from './find-duplicates.ts'
import { readSourceFile } from './source-file.ts'
import { tally } from './text-numbers.ts'

/** Bytes of images that are in memory at a time, at least one image. */
const BLOCK_BYTES = 1 << 20
/** Largest side of an image, and most channels: beyond them the file is not what it claims. */
const MAX_SIDE_PIXELS = 4_096
const MAX_CHANNELS = 4

interface LabeledImages {
  readonly images: ByteArrayFile
  /** height, width, channels */
  readonly imageShape: readonly [number, number, number]
  readonly labels: Uint8Array
  readonly labelsPath: string
}

/**
 * Reads one pair or two pairs of IDX or NPY files. Labels become class indices 0…classes−1 in rising
 * order of the labels that occur among the training images (some sets count from 1).
 * The images go to files of the draft, a block at a time.
 * @param name what reports call the data set
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function ingestImages(
  name: string,
  files: IdxSource,
  draft: DatasetDraft,
): Promise<NewDataset> {
  const train = await readPair(files.images, files.labels, '')
  const test =
    files.testImages === undefined || files.testLabels === undefined
      ? null
      : await readPair(files.testImages, files.testLabels, 'test')
  if (test !== null && test.imageShape.join() !== train.imageShape.join()) {
    throw invalidData(
      files.testImages ?? '',
      'dimensions',
      test.imageShape.join(' × '),
      msg('rule.equal', { value: train.imageShape.join(' × ') }),
    )
  }
  const classLabels = [...new Set(train.labels)].sort((a, b) => a - b)
  if (classLabels.length < 2) {
    throw invalidData(
      files.labels,
      'labels',
      classLabels,
      msg('rule.differentValues', { count: 2 }),
    )
  }
  const trainClasses = toClasses(train, classLabels)
  const testClasses = test === null ? null : toClasses(test, classLabels)
  const [height, width, channels] = train.imageShape
  const duplicates = new DuplicateFinder()
  const trainImages = await copyImages(train, draft.array('trainImages', 'uint8'), duplicates)
  const testImages =
    test === null ? null : await copyImages(test, draft.array('testImages', 'uint8'), duplicates)
  return {
    kind: 'image',
    properties: {
      source: name,
      images: trainClasses.length,
      testImages: testClasses?.length ?? 0,
      height,
      width,
      channels,
      classes: classLabels.length,
      duplicateRows: duplicates.count,
    },
    schema: {
      imageShape: [height, width, channels],
      classNames: classLabels.map(String),
      classCounts: tally(trainClasses, classLabels.length),
      testClassCounts: testClasses === null ? null : tally(testClasses, classLabels.length),
      groupCounts: null,
    },
    arrays: [
      { file: trainImages, shape: imageArrayShape(train) },
      { name: 'trainLabels', data: trainClasses, shape: [trainClasses.length] },
      ...(test === null || testClasses === null || testImages === null
        ? []
        : [
            { file: testImages, shape: imageArrayShape(test) },
            { name: 'testLabels', data: testClasses, shape: [testClasses.length] },
          ]),
      ...duplicates.arrays(),
    ],
  }
}

async function copyImages(
  { images, imageShape }: LabeledImages,
  file: ArrayFile<'uint8'>,
  duplicates: DuplicateFinder,
): Promise<WrittenArray> {
  const imageBytes = imageShape.reduce((product, side) => product * side, 1)
  const perBlock = imageBytes * Math.max(1, Math.floor(BLOCK_BYTES / imageBytes))
  for await (const block of images.values(perBlock)) {
    file.append(block)
    for (let at = 0; at < block.length; at += imageBytes) {
      duplicates.add(block.subarray(at, at + imageBytes))
    }
  }
  return file
}

async function readPair(
  imagesPath: string,
  labelsPath: string,
  prefix: '' | 'test',
): Promise<LabeledImages> {
  const field = (name: string) =>
    `objective.data.source.${prefix === '' ? name.toLowerCase() : prefix + name}`
  const images = await openByteArray(imagesPath, field('Images'), [3, 4])
  const labels = parseByteArray(labelsPath, await readSourceFile(labelsPath, field('Labels')), [1])
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape
  for (const [name, value, most] of [
    ['dimensions[1]', height, MAX_SIDE_PIXELS],
    ['dimensions[2]', width, MAX_SIDE_PIXELS],
    ['dimensions[3]', channels, MAX_CHANNELS],
  ] as const) {
    if (value > most)
      throw invalidData(imagesPath, name, value, msg('rule.atMost', { limit: most }))
  }
  if (labels.data.length !== count) {
    throw invalidData(
      labelsPath,
      'dimensions[0]',
      labels.data.length,
      msg('rule.perImage', { count, path: imagesPath }),
    )
  }
  return { images, imageShape: [height, width, channels], labels: labels.data, labelsPath }
}

function toClasses(pair: LabeledImages, classLabels: readonly number[]): Int32Array {
  const classOfLabel = new Map(classLabels.map((label, index) => [label, index]))
  return Int32Array.from(pair.labels, (label, row) => {
    const index = classOfLabel.get(label)
    if (index === undefined) {
      throw invalidData(
        pair.labelsPath,
        `labels[${String(row)}]`,
        label,
        msg('rule.oneOf', { values: classLabels }),
      )
    }
    return index
  })
}

function imageArrayShape(pair: LabeledImages): readonly number[] {
  return [pair.labels.length, ...pair.imageShape]
}
