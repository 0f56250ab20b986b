import { msg } from '../../../src-main/core/errors/message.ts'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { encode } from 'fast-png'
import { describe, expect, it, vi } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { prepareDataset } from '../../../src-main/datasets/ingest-client.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { audioSource, imageSource } from '../../helpers/hostile/hostile-case.ts'
import { idxBytes } from '../../helpers/idx-bytes.ts'
import { ingestPeak } from '../../helpers/ingest-peak.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'

const scratch = useScratchFolders()
const megabyte = 1_000_000
/** The heap that Node may use; typed arrays lie outside of it and count for the resident memory. */
const heapMegabytes = 32
/** All of what a source of 100 MB may take beyond the process itself. */
const maxGrowthBytes = 60 * megabyte
/** What many small pieces leave until the collector comes is counted too. Together in memory, each source takes more than 100 MB. */
const maxGrowthOfMany = 85 * megabyte

/** Images of one megabyte whose first four bytes say their number, with labels 0 and 1. */
function writeImages(folder: string, images: number) {
  const file = path.join(folder, 'images')
  const descriptor = openSync(file, 'w')
  writeSync(descriptor, idxBytes([images, 1_000, 1_000], []))
  const image = Buffer.alloc(megabyte, 7)
  for (let number = 0; number < images; number++) {
    image.writeUInt32LE(number % (images - 1))
    writeSync(descriptor, image)
  }
  closeSync(descriptor)
  const labels = path.join(folder, 'labels')
  writeFileSync(
    labels,
    idxBytes(
      [images],
      Array.from({ length: images }, (_, row) => row % 2),
    ),
  )
  return { images: file, labels }
}

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + statSync(path.join(directory, name)).size,
    0,
  )
}

/** Prepares a source: its arrays are large, and what the process grew by is not. */
async function expectSmall(
  folder: string,
  source: Parameters<typeof ingestPeak>[0],
  atLeastMegabytes: number,
  maxBytes: number,
): Promise<void> {
  const cache = path.join(folder, 'cache')
  const { directory, growthBytes } = await ingestPeak(source, cache, heapMegabytes)
  expect(sizeOf(directory)).toBeGreaterThan(atLeastMegabytes * megabyte)
  expect(growthBytes).toBeLessThan(maxBytes)
}

describe('preparing takes little memory, however large the source is:', () => {
  it('IDX', async () => {
    const folder = scratch()
    const source = imageSource(writeImages(folder, 100))
    await expectSmall(folder, source, 100, maxGrowthBytes)
  })

  it('folders of images', async () => {
    const folder = scratch()
    const noise = Uint8Array.from({ length: megabyte / 4 }, (_, at) => (at * at) % 251)
    const gray = encode({ width: 500, height: 500, data: noise, channels: 1, depth: 8 })
    for (const name of ['a', 'b']) mkdirSync(path.join(folder, 'data', name), { recursive: true })
    for (let number = 0; number < 410; number++) {
      writeFileSync(path.join(folder, 'data', number % 2 ? 'a' : 'b', `${number}.png`), gray)
    }
    const source = imageSource({ folders: path.join(folder, 'data') })
    await expectSmall(folder, source, 100, maxGrowthOfMany)
  })

  it('recordings', async () => {
    const folder = scratch()
    const second = wavBytes({ values: Array.from({ length: 240_000 }, (_, at) => at % 9_999) })
    for (const name of ['a', 'b']) mkdirSync(path.join(folder, 'data', name), { recursive: true })
    for (let number = 0; number < 110; number++) {
      writeFileSync(path.join(folder, 'data', number % 2 ? 'a' : 'b', `${number}.wav`), second)
    }
    const source = audioSource({ folders: path.join(folder, 'data'), seconds: 30 })
    await expectSmall(folder, source, 100, maxGrowthBytes)
  })

  it('tables', async () => {
    const folder = scratch()
    const [rows, columns] = [100_000, 125]
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
    const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 0, 0])
    start.writeUInt16LE(header.length, 8)
    const cells = Buffer.alloc(rows * columns)
    for (let at = 0; at < cells.length; at++) cells[at] = (at * 7 + (at >> 9)) % 11
    const file = path.join(folder, 'table.npy')
    writeFileSync(file, Buffer.concat([start, Buffer.from(header, 'latin1'), cells]))
    const data = tableDataSchema.parse({ file, target: 'column1', categorical: ['column2'] })
    await expectSmall(folder, { kind: 'table', data }, 98, maxGrowthOfMany)
  })
})

describe('a preparation that is killed', () => {
  it('leaves nothing behind, wherever it was', async () => {
    const folder = scratch()
    const files = writeImages(folder, 60)
    const cacheDirectory = path.join(folder, 'cache')
    const drafts = () => {
      try {
        return readdirSync(cacheDirectory).filter(name => name.endsWith('.temporary'))
      } catch {
        return []
      }
    }
    const bytesOf = (name: string) => {
      try {
        return sizeOf(path.join(cacheDirectory, name))
      } catch {
        return 0
      }
    }
    for (const atLeastBytes of [0, 20 * megabyte, 45 * megabyte]) {
      const controller = new AbortController()
      const outcome = catchAppError(() =>
        prepareDataset({
          objective: { task: 'image', data: { source: files } },
          studyDirectory: folder,
          cacheDirectory,
          signal: controller.signal,
        }),
      )
      await vi.waitUntil(() => drafts().some(name => bytesOf(name) >= atLeastBytes), {
        timeout: 20_000,
        interval: 1,
      })
      controller.abort()
      expect((await outcome).detail).toMatchObject({
        child: 'ingest',
        reason: msg('failure.canceled'),
      })
      expect(readdirSync(folder).sort()).toEqual(['images', 'labels'])
    }
  })
})
