import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import { fingerprintOf, preparedFixtures } from '../../helpers/prepared-fixtures.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Written when data sets were still put together in memory and stored at once. */
const recorded = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../fixtures/prepared/fingerprints.json'), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, string>>>>

describe('prepared data are byte for byte what they have always been:', () => {
  it('every recorded source is made', () => {
    expect(Object.keys(preparedFixtures).sort()).toEqual(Object.keys(recorded).sort())
  })

  it.each(Object.entries(preparedFixtures))('%s', async (name, make) => {
    const folder = scratch()
    const stored = await ingest({
      source: make(folder),
      cacheDirectory: path.join(folder, 'cache'),
    })
    expect(fingerprintOf(name, stored)).toEqual(recorded[name])
  })
})
