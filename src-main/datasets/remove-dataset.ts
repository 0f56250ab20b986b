import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { DatasetStore } from '../storage/study-store.ts'
import { findDatasets, type ListedDataset } from './list-datasets.ts'

/**
 * Removes the prepared arrays of data; the entry stays, and so do the files that they were read from. They are made
 * again when a study needs them.
 * @param id name of the folder in the cache
 * @throws AppError `dataset.notFound`; `dataset.inUse` while a study over them runs or is paused
 */
export async function clearDataset(
  cacheDirectory: string,
  registry: DatasetStore,
  id: string,
): Promise<void> {
  const { row, entry } = await find(cacheDirectory, registry, id)
  const active =
    entry?.studies.filter(({ state }) => state === 'running' || state === 'paused') ?? []
  if (active.length > 0)
    throw new AppError('dataset.inUse', { dataset: id, studies: active.map(({ name }) => name) })
  if (row.prepared) await rm(path.join(cacheDirectory, row.id), { recursive: true })
}

/**
 * Removes data from the registry, with their prepared arrays.
 * @throws AppError `dataset.notFound`; `dataset.inUse` while studies use them, in the bin too
 */
export async function removeDataset(
  cacheDirectory: string,
  registry: DatasetStore,
  id: string,
): Promise<void> {
  const { row, entry } = await find(cacheDirectory, registry, id)
  if (entry !== null) registry.removeDataset(entry.key)
  if (row.prepared) await rm(path.join(cacheDirectory, row.id), { recursive: true })
}

async function find(
  cacheDirectory: string,
  registry: DatasetStore,
  id: string,
): Promise<ListedDataset> {
  const found = (await findDatasets(cacheDirectory, registry)).find(({ row }) => row.id === id)
  if (found === undefined) throw new AppError('dataset.notFound', { dataset: id })
  return found
}
