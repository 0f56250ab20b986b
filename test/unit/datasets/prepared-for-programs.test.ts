import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { IngestedData } from '../../../src-main/core/processes/ingest-protocol.ts'
import { PreparedForPrograms } from '../../../src-main/datasets/prepared-for-programs.ts'
import type { DatasetReader } from '../../../src-main/platform/storage/study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('checks of programs leave eight data sets at most; those of studies, and of others, stay', async () => {
  const cache = scratch()
  const used: string[] = []
  const registry = { datasets: () => used.map(key => ({ key })) } as unknown as DatasetReader
  const prepared = new PreparedForPrograms(registry)
  const prepare = async (key: string) => {
    const directory = path.join(cache, key)
    if (!existsSync(directory)) {
      mkdirSync(directory)
      writeFileSync(path.join(directory, 'dataset.json'), '{}')
    }
    return Promise.resolve({ dataset: { directory } as IngestedData })
  }
  await prepare('of-a-person')
  await prepared.during(cache, async () => prepare('of-a-person'))
  for (let index = 0; index < 8; index++)
    await prepared.during(cache, async () => prepare(`check-${index}`))
  // It is used again, and the next but one belongs to a study by now.
  await prepared.during(cache, async () => prepare('check-0'))
  used.push('check-1')
  for (let index = 8; index < 12; index++)
    await prepared.during(cache, async () => prepare(`check-${index}`))
  expect(readdirSync(cache).sort()).toEqual(
    ['of-a-person', 'check-1', 'check-0', ...[5, 6, 7, 8, 9, 10, 11].map(n => `check-${n}`)].sort(),
  )
})
