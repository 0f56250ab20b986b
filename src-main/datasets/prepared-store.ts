import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DatasetArrayData, DatasetArray, DatasetManifest } from '../contract/dataset.ts'
import { AppError } from '../contract/errors.ts'
import type { JsonObject, JsonValue } from '../contract/json.ts'
import { readManifest } from './read-prepared.ts'

/** Raised whenever the same source would be prepared differently. */
const preparationVersion = 3

/** A data set in memory, about to be stored. */
export interface NewDataset {
  readonly kind: DatasetManifest['kind']
  readonly facts: JsonObject
  readonly schema: JsonObject
  readonly arrays: readonly {
    readonly name: string
    readonly data: DatasetArrayData
    readonly shape: readonly number[]
  }[]
}

export interface StoredDataset {
  readonly directory: string
  readonly manifest: DatasetManifest
}

/** Temporary folders of a process that was killed are removed after this time. */
const abandonedAfterMs = 3_600_000

/**
 * Name of the folder of a prepared data set: a function of the bytes of its sources and of the
 * settings that decide how they are parsed.
 */
export function preparedKey(contentHash: string, settings: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify([preparationVersion, contentHash, settings]))
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
 * Stores a data set: written to a temporary folder beside its place, then renamed, so that a
 * folder with a key as its name is always whole.
 * @throws AppError `file.unwritable` with the reason when the folder cannot be written (full, read-only)
 */
export async function storePrepared(
  cacheDirectory: string,
  key: string,
  contentHash: string,
  dataset: NewDataset,
): Promise<StoredDataset> {
  const directory = path.join(cacheDirectory, key)
  const temporary = path.join(cacheDirectory, `${key}.${String(process.pid)}.temporary`)
  try {
    await mkdir(cacheDirectory, { recursive: true })
    await removeAbandoned(cacheDirectory)
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary)
    const arrays: DatasetArray[] = []
    for (const array of dataset.arrays) {
      const file = `${array.name}.bin`
      await writeDurably(path.join(temporary, file), array.data)
      arrays.push({
        name: array.name,
        dtype: dtypeOf(array.data),
        shape: array.shape,
        file,
        bytes: array.data.byteLength,
      })
    }
    const manifest: DatasetManifest = {
      format: 1,
      kind: dataset.kind,
      contentHash,
      facts: dataset.facts,
      schema: dataset.schema,
      arrays,
    }
    const text = `${JSON.stringify(manifest, null, 2)}\n`
    await writeDurably(path.join(temporary, 'dataset.json'), new TextEncoder().encode(text))
    return { directory, manifest: await moveIntoPlace(temporary, directory, manifest) }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    if (error instanceof AppError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('file.unwritable', { path: directory, reason }, error)
  }
}

/** Another process may have stored the same data set meanwhile: an intact one is as good as ours. */
async function moveIntoPlace(
  temporary: string,
  directory: string,
  manifest: DatasetManifest,
): Promise<DatasetManifest> {
  try {
    await rename(temporary, directory)
    return manifest
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error
  }
  const other = await findPrepared(path.dirname(directory), path.basename(directory))
  if (other === null) {
    await rm(directory, { recursive: true, force: true })
    await rename(temporary, directory)
    return manifest
  }
  await rm(temporary, { recursive: true, force: true })
  return other.manifest
}

async function removeAbandoned(cacheDirectory: string): Promise<void> {
  for (const name of await readdir(cacheDirectory)) {
    if (!name.endsWith('.temporary')) continue
    const folder = path.join(cacheDirectory, name)
    const facts = await stat(folder).catch(() => null)
    if (facts !== null && Date.now() - facts.mtimeMs > abandonedAfterMs) {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function writeDurably(file: string, data: DatasetArrayData): Promise<void> {
  await using handle = await open(file, 'wx')
  await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  await handle.sync()
}

function dtypeOf(data: DatasetArrayData): DatasetArray['dtype'] {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  throw new AppError('internal', { reason: 'data set array of an unknown type' })
}
