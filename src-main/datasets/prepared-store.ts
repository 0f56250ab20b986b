import { createHash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DatasetManifest } from '../core/data/dataset.ts'
import { AppError } from '../core/errors/errors.ts'
import { unwritable } from '../core/errors/unwritable.ts'
import { draftFolder } from '../core/processes/ingest-protocol.ts'
import type { JsonValue } from '../core/values/json.ts'
import { renameOver } from '../platform/files/durable.ts'
import { removeEntry } from '../platform/files/remove.ts'
import { DatasetDraft, type NewDataset } from './dataset-draft.ts'
import { readManifest } from './read-prepared.ts'

/** Raised whenever the same source would be prepared differently. */
const PREPARATION_VERSION = 5

export interface StoredDataset {
  readonly directory: string
  readonly manifest: DatasetManifest
}

/** Temporary folders of a process that was killed are removed after this time. */
const ABANDONED_AFTER_MS = 3_600_000

/**
 * Name of the folder of a prepared data set: a function of the bytes of its sources and of the
 * settings that decide how they are parsed.
 */
export function preparedKey(contentHash: string, settings: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify([PREPARATION_VERSION, contentHash, settings]))
    .digest('hex')
    .slice(0, 32)
}

/** The stored data set with this key if it is there and intact, else null. */
export async function findPrepared(
  cacheDirectory: string,
  key: string,
): Promise<StoredDataset | null> {
  const directory = path.join(cacheDirectory, key)
  try {
    const manifest = await readManifest(directory)
    return { directory, manifest }
  } catch {
    // Absent or damaged: it will be made anew from the source, which is the authority.
    return null
  }
}

/**
 * Makes and stores a data set: written to a temporary folder beside its place, then renamed, so that a folder with a
 * key as its name is always whole.
 * @param make parses the source; large arrays go to files of the draft as they are read
 * @throws AppError what `make` throws, with nothing left behind; `file.unwritable` with the reason when the folder
 *   cannot be written (read-only), `disk.full`
 */
export async function storePrepared(
  cacheDirectory: string,
  key: string,
  contentHash: string,
  make: (draft: DatasetDraft) => Promise<NewDataset>,
): Promise<StoredDataset> {
  const directory = path.join(cacheDirectory, key)
  const draft = new DatasetDraft(cacheDirectory, key)
  try {
    const dataset = await make(draft)
    const stored = await finish(draft, directory, contentHash, dataset)
    draft.settle()
    return stored
  } catch (error) {
    draft.discard()
    throw error
  }
}

async function finish(
  draft: DatasetDraft,
  directory: string,
  contentHash: string,
  { kind, properties, schema, ...dataset }: NewDataset,
): Promise<StoredDataset> {
  try {
    const arrays = draft.write({ kind, properties, schema, ...dataset })
    const manifest: DatasetManifest = { format: 1, kind, contentHash, properties, schema, arrays }
    const text = `${JSON.stringify(manifest, null, 2)}\n`
    await writeDurably(path.join(draft.directory, 'dataset.json'), text)
    await removeAbandoned(path.dirname(directory))
    return { directory, manifest: await moveToDirectory(draft.directory, directory, manifest) }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw unwritable(directory, error)
  }
}

/** Another process may have stored the same data set meanwhile: an intact one is as good as ours. */
async function moveToDirectory(
  temporary: string,
  directory: string,
  manifest: DatasetManifest,
): Promise<DatasetManifest> {
  try {
    await renameOver(temporary, directory)
    return manifest
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error
  }
  const other = await findPrepared(path.dirname(directory), path.basename(directory))
  if (other === null) {
    await removeEntry(directory)
    await renameOver(temporary, directory)
    return manifest
  }
  await removeEntry(temporary)
  return other.manifest
}

async function removeAbandoned(cacheDirectory: string): Promise<void> {
  for (const name of await readdir(cacheDirectory)) {
    if (!draftFolder.test(name)) continue
    const folder = path.join(cacheDirectory, name)
    const stats = await stat(folder).catch(() => null)
    if (stats !== null && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) {
      await removeEntry(folder)
    }
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  try {
    await using handle = await open(file, 'wx')
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    throw unwritable(file, error, Buffer.byteLength(text))
  }
}
