import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { StudyStore } from '../storage/study-store.ts'
import { listDatasets } from './list-datasets.ts'

/**
 * Removes prepared data that no study uses; the files that they were read from stay as they are.
 * @param id name of its folder in the cache
 * @throws AppError `usage.invalid` for data that are not there, or that studies use
 */
export async function removeDataset(
  cacheDirectory: string,
  store: StudyStore,
  id: string,
): Promise<void> {
  const dataset = (await listDatasets(cacheDirectory, store)).find(one => one.id === id)
  if (dataset === undefined) {
    throw new AppError('usage.invalid', { reason: `no prepared data set ${JSON.stringify(id)}` })
  }
  if (dataset.usedBy.length > 0) {
    const names = dataset.usedBy.map(({ name }) => name).join(', ')
    throw new AppError('usage.invalid', { reason: `the data set is used by ${names}` })
  }
  await rm(path.join(cacheDirectory, dataset.id), { recursive: true })
}
