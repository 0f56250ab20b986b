import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DatasetRow } from '../contract/api/machine.ts'
import type { DatasetManifest } from '../contract/dataset.ts'
import type { JsonValue } from '../contract/json.ts'
import type { StudyStore } from '../storage/study-store.ts'

/** The prepared data sets of this machine, newest first, each with the studies over it. */
export async function listDatasets(
  cacheDirectory: string,
  store: StudyStore,
): Promise<DatasetRow[]> {
  const users = new Map<string, { readonly id: number; readonly name: string }[]>()
  for (const { id, name, dataset } of store.listStudies()) {
    const hash = dataset?.['contentHash']
    if (typeof hash !== 'string') continue
    users.set(hash, [...(users.get(hash) ?? []), { id, name }])
  }
  const rows = await Promise.all(
    (await folders(cacheDirectory)).map(id => readDataset(path.join(cacheDirectory, id), id)),
  )
  return rows
    .flatMap(row => (row === null ? [] : [{ ...row, usedBy: users.get(row.contentHash) ?? [] }]))
    .sort((a, b) => b.preparedAtMs - a.preparedAtMs)
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

/** Null for a folder that is no finished data set, e.g. one that is being written. */
async function readDataset(folder: string, id: string): Promise<Omit<DatasetRow, 'usedBy'> | null> {
  try {
    const file = path.join(folder, 'dataset.json')
    const manifest = JSON.parse(await readFile(file, 'utf8')) as DatasetManifest
    return {
      id,
      kind: manifest.kind,
      contentHash: manifest.contentHash,
      facts: manifest.facts,
      columns: columnsOf(manifest),
      arrays: manifest.arrays.map(({ name, shape }) => ({ name, shape })),
      bytes: manifest.arrays.reduce((sum, { bytes }) => sum + bytes, 0),
      preparedAtMs: (await stat(file)).mtimeMs,
    }
  } catch {
    return null
  }
}

/** Columns of a table that are used; an image set has none. */
function columnsOf({ schema }: DatasetManifest): DatasetRow['columns'] {
  return (['numeric', 'categorical'] as const).flatMap(kind => {
    const columns = schema[kind]
    if (!Array.isArray(columns)) return []
    return (columns as readonly JsonValue[]).flatMap(column => {
      if (typeof column !== 'object' || column === null || !('name' in column)) return []
      const { name } = column
      return typeof name === 'string' ? [{ name, kind }] : []
    })
  })
}
