import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DatasetRow, DatasetSourceState } from '../core/machine/machine.ts'
import {
  describeManifest,
  unpreparedKey,
  type DatasetEntry,
  type DatasetSource,
} from '../core/data/dataset-registry.ts'
import { readFindings } from '../core/data/dataset.ts'
import { AppError } from '../core/errors/errors.ts'
import { removeWithin } from '../platform/files/remove.ts'
import { describeSource } from './describe-origin.ts'
import { findPrepared } from './prepared-store.ts'
import type { DatasetReader, DatasetStore } from '../platform/storage/study-store.ts'

/** A data set, and the key of its entry; null for one that only lies in the cache, which databases share. */
interface ListedDataset {
  readonly row: DatasetRow
  readonly entry: DatasetEntry | null
}

/** The data sets of the registry and those that lie in the cache, the one that was used last first. */
export async function listDatasets(
  cacheDirectory: string,
  registry: DatasetReader,
): Promise<DatasetRow[]> {
  return (await findDatasets(cacheDirectory, registry)).map(({ row }) => row)
}

async function findDatasets(
  cacheDirectory: string,
  registry: DatasetReader,
): Promise<ListedDataset[]> {
  const entries = registry.datasets()
  const cached = new Map<string, CachedDataset>()
  for (const id of await folders(cacheDirectory)) {
    const dataset = await readCached(cacheDirectory, id)
    if (dataset !== null) cached.set(id, dataset)
  }
  const entryKeys = new Set(entries.map(({ key }) => key))
  const strangers = [...cached.values()].filter(({ id }) => !entryKeys.has(id))
  const listed: ListedDataset[] = []
  for (const entry of entries) {
    // An entry from before there was a registry has the arrays that were made of the same content.
    const stranger = strangers.findIndex(({ content }) => isStandInFor(entry, content))
    const cachedDataset =
      cached.get(entry.key) ?? (stranger < 0 ? null : (strangers.splice(stranger, 1)[0] ?? null))
    listed.push({ row: await rowOf(entry, cachedDataset), entry })
  }
  for (const { id, content, preparedAtMs } of strangers) {
    const entry: DatasetEntry = {
      ...content,
      key: id,
      firstSeenAtMs: preparedAtMs,
      lastUsedAtMs: preparedAtMs,
      studies: [],
    }
    listed.push({ row: await rowOf(entry, { id, content, preparedAtMs }), entry: null })
  }
  return listed.sort((a, b) => b.row.lastUsedAtMs - a.row.lastUsedAtMs)
}

interface CachedDataset {
  readonly id: string
  readonly content: Omit<DatasetEntry, 'key' | 'studies' | 'firstSeenAtMs' | 'lastUsedAtMs'>
  readonly preparedAtMs: number
}

async function rowOf(entry: DatasetEntry, cached: CachedDataset | null): Promise<DatasetRow> {
  const { key, studies, ...entryFields } = entry
  // The manifest knows more than a stand-in.
  const content =
    entryFields.bytes === null && cached !== null
      ? { ...entryFields, ...cached.content }
      : entryFields
  return {
    ...entryFields,
    ...content,
    id: cached?.id ?? key,
    prepared: cached !== null,
    preparedAtMs: cached?.preparedAtMs ?? null,
    source: await stateOf(entryFields.sources),
    usedBy: studies.filter(({ inBin }) => !inBin).map(({ id, name }) => ({ id, name })),
    usersInBin: studies.filter(({ inBin }) => inBin).length,
  }
}

function isStandInFor(
  entry: DatasetEntry,
  { kind, contentHash }: CachedDataset['content'],
): boolean {
  return entry.key === unpreparedKey(kind, contentHash)
}

/** Whether files are as they were when they were read. */
async function stateOf(sources: readonly DatasetSource[]): Promise<DatasetSourceState> {
  if (sources.length === 0) return 'unknown'
  for (const source of sources) {
    try {
      const now = await describeSource(source.path)
      if (
        now.files !== source.files ||
        now.bytes !== source.bytes ||
        now.modifiedAtMs !== source.modifiedAtMs
      ) {
        return 'changed'
      }
    } catch {
      // Whatever keeps us from seeing it keeps it from being read again.
      return 'missing'
    }
  }
  return 'unchanged'
}

async function folders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    // Nothing was prepared yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * What was read in folders of the cache. A folder is moved to its place whole and never written to again, so that one
 * which looks as it did is not read again: with a hundred data sets that would hold main for 70 ms.
 */
const described = new Map<string, { readonly look: string; readonly dataset: CachedDataset }>()

/** Null for a folder that is no finished data set, e.g. one that is being written. */
async function readCached(cacheDirectory: string, id: string): Promise<CachedDataset | null> {
  const directory = path.join(cacheDirectory, id)
  const manifestFile = path.join(directory, 'dataset.json')
  const [folder, file] = await Promise.all(
    [directory, manifestFile].map(name => stat(name).catch(() => null)),
  )
  const remembered = described.get(directory)
  if (folder == null || file == null) {
    described.delete(directory)
    return null
  }
  const look = [folder.mtimeMs, file.mtimeMs, file.size, file.ino].join(' ')
  if (remembered?.look === look) return remembered.dataset
  described.delete(directory)
  const stored = await findPrepared(cacheDirectory, id)
  if (stored === null) return null
  const dataset: CachedDataset = {
    id,
    preparedAtMs: file.mtimeMs,
    content: {
      ...describeManifest(stored.manifest),
      format: null,
      sources: [],
      settings: {},
      findings: readFindings(stored.manifest.properties),
    },
  }
  described.set(directory, { look, dataset })
  return dataset
}

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
  if (row.prepared) await removeWithin(cacheDirectory, path.join(cacheDirectory, row.id))
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
  if (row.prepared) await removeWithin(cacheDirectory, path.join(cacheDirectory, row.id))
}

/**
 * The name of the folder, in the cache, of data that are prepared.
 * @throws AppError `dataset.notFound` for an unknown id, and for data that are not prepared any more
 */
export async function preparedFolderOf(
  cacheDirectory: string,
  registry: DatasetReader,
  id: string,
): Promise<string> {
  const { row } = await find(cacheDirectory, registry, id)
  if (!row.prepared) throw new AppError('dataset.notFound', { dataset: id })
  return row.id
}

async function find(
  cacheDirectory: string,
  registry: DatasetReader,
  id: string,
): Promise<ListedDataset> {
  const listedDataset = (await findDatasets(cacheDirectory, registry)).find(
    ({ row }) => row.id === id,
  )
  if (listedDataset === undefined) throw new AppError('dataset.notFound', { dataset: id })
  return listedDataset
}
