import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { canMapFiles, mapFile, MAPPED_FROM_BYTES } from '../../../src-main/datasets/map-file.ts'
import { readPreparedDataset } from '../../../src-main/datasets/read-prepared.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const pageBytes = 4_096

/** A prepared data set of one array of float64, written as holes but for its last value. */
function sparseDataset(bytes: number, last: number): string {
  const folder = scratch()
  const descriptor = openSync(path.join(folder, 'numeric.bin'), 'w')
  ftruncateSync(descriptor, bytes)
  const value = Buffer.alloc(8)
  value.writeDoubleLE(last)
  writeSync(descriptor, value, 0, 8, bytes - 8)
  closeSync(descriptor)
  const array = {
    name: 'numeric',
    dtype: 'float64',
    shape: [bytes / 8],
    file: 'numeric.bin',
    bytes,
  }
  const manifest = {
    format: 1,
    kind: 'table',
    contentHash: '0'.repeat(64),
    properties: {},
    schema: {},
  }
  writeFileSync(path.join(folder, 'dataset.json'), JSON.stringify({ ...manifest, arrays: [array] }))
  return folder
}

describe.runIf(canMapFiles())('a large array of a prepared data set', () => {
  it('may be larger than the memory of the machine', async () => {
    const bytes = Math.ceil((os.totalmem() * 1.5) / pageBytes) * pageBytes
    const before = process.memoryUsage.rss()
    const { arrays } = await readPreparedDataset(sparseDataset(bytes, 2.5))
    const { numeric } = arrays
    expect(numeric?.length).toBe(bytes / 8)
    expect([numeric?.[0], numeric?.[bytes / 16], numeric?.[bytes / 8 - 1]]).toEqual([0, 0, 2.5])
    expect(process.memoryUsage.rss() - before).toBeLessThan(bytes / 100)
  })

  it('can be written to without changing the file', async () => {
    const folder = sparseDataset(2 * MAPPED_FROM_BYTES, 7)
    const first = (await readPreparedDataset(folder)).arrays['numeric'] ?? new Float64Array()
    first[0] = 1
    const second = (await readPreparedDataset(folder)).arrays['numeric'] ?? new Float64Array()
    expect([first[0], second[0], second.at(-1)]).toEqual([1, 0, 7])
  })

  it('says so if its file cannot be opened', async () => {
    const error = await catchAppError(() => mapFile(path.join(scratch(), 'none.bin'), 10))
    expect(error.code).toBe('file.unreadable')
  })
})
