import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { IdxSource } from '../../../src-main/core/data/data-settings.ts'
import { ingestImages } from '../../../src-main/datasets/ingest-images.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { idxBytes } from '../../helpers/idx-bytes.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Writes a set of 1 × 2 images whose pixels are the row number and the label. */
function writeSet(labels: readonly number[], testLabels?: readonly number[]) {
  const folder = scratch()
  const write = (name: string, bytes: Uint8Array) => {
    const file = path.join(folder, name)
    writeFileSync(file, bytes)
    return file
  }
  const pixels = (of: readonly number[]) => of.flatMap((label, row) => [row, label])
  return {
    images: write('images', idxBytes([labels.length, 1, 2], pixels(labels))),
    labels: write('labels', idxBytes([labels.length], labels)),
    ...(testLabels === undefined
      ? {}
      : {
          testImages: write('test-images', idxBytes([testLabels.length, 1, 2], pixels(testLabels))),
          testLabels: write('test-labels', idxBytes([testLabels.length], testLabels)),
        }),
  }
}

function ingest(name: string, files: IdxSource) {
  return ingestInDraft(scratch(), draft => ingestImages(name, files, draft))
}

describe('ingestImages', () => {
  it('numbers classes in the order of their labels', async () => {
    const dataset = await ingest('letters', writeSet([26, 1, 5, 1], [5, 26]))
    expect(dataset.schema).toEqual({
      imageShape: [1, 2, 1],
      classNames: ['1', '5', '26'],
      classCounts: [2, 1, 1],
      testClassCounts: [0, 1, 1],
      groupCounts: null,
    })
    const arrays = new Map(dataset.arrays.map(array => [array.name, array]))
    expect([...(arrays.get('trainLabels')?.data ?? [])]).toEqual([2, 0, 1, 0])
    expect([...(arrays.get('testLabels')?.data ?? [])]).toEqual([1, 2])
    expect(arrays.get('trainImages')?.shape).toEqual([4, 1, 2, 1])
    expect([...(arrays.get('trainImages')?.data ?? [])]).toEqual([0, 26, 1, 1, 2, 5, 3, 1])
  })

  it('reads gzip files', async () => {
    const files = writeSet([0, 1])
    writeFileSync(files.images, gzipSync(idxBytes([2, 1, 2], [9, 8, 7, 6])))
    const dataset = await ingest('packed', files)
    expect([...(dataset.arrays[0]?.data ?? [])]).toEqual([9, 8, 7, 6])
  })

  it('refuses a gzip file that is cut short', async () => {
    const files = writeSet([0, 1])
    writeFileSync(files.images, gzipSync(idxBytes([2, 1, 2], [9, 8, 7, 6])).subarray(0, 24))
    const error = await catchAppError(() => ingest('packed', files))
    expect(error.detail).toMatchObject({ path: files.images, field: 'gzip' })
  })

  it('refuses a test label that training does not have', async () => {
    const files = writeSet([0, 1], [1, 0, 7])
    const error = await catchAppError(() => ingest('x', files))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: files.testLabels, field: 'labels[2]', value: 7 })
  })

  it('refuses a single class', async () => {
    const error = await catchAppError(() => ingest('x', writeSet([3, 3])))
    expect(error.detail).toMatchObject({ field: 'labels', value: [3] })
  })

  it('refuses labels for another number of images', async () => {
    const files = writeSet([0, 1])
    writeFileSync(files.labels, idxBytes([3], [0, 1, 0]))
    const error = await catchAppError(() => ingest('x', files))
    expect(error.detail).toMatchObject({ path: files.labels, field: 'dimensions[0]', value: 3 })
  })

  it('refuses test images of another size', async () => {
    const files = writeSet([0, 1], [0])
    writeFileSync(files.testImages ?? '', idxBytes([1, 2, 2], [1, 2, 3, 4]))
    const error = await catchAppError(() => ingest('x', files))
    expect(error.detail).toMatchObject({ path: files.testImages, field: 'dimensions' })
  })

  it('names the setting of a missing file', async () => {
    const files = { ...writeSet([0, 1]), labels: '/nowhere/labels' }
    const error = await catchAppError(() => ingest('x', files))
    expect(error.code).toBe('file.notFound')
    expect(error.detail).toEqual({ path: '/nowhere/labels', field: 'objective.data.source.labels' })
  })

  it('refuses a folder', async () => {
    const error = await catchAppError(() => ingest('x', { ...writeSet([0, 1]), images: scratch() }))
    expect(error.code).toBe('file.unreadable')
  })
})
