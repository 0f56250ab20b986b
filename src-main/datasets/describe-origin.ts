import { stat } from 'node:fs/promises'
import type { DatasetFormat, DatasetOrigin, DatasetSource } from '../core/data/dataset-registry.ts'
import type { IngestSource } from '../core/processes/ingest-protocol.ts'
import type { JsonObject } from '../core/values/json.ts'
import { findMnistFiles } from './mnist-files.ts'
import { isExcel, isParquet } from './format-signatures.ts'
import { isNpy } from './npy.ts'
import { filesBelow } from '../platform/files/files-below.ts'
import { fileError } from '../platform/files/read-within.ts'
import { readStart } from './source-file.ts'

/** Files whose sizes are asked for at a time. */
const FILES_AT_ONCE = 64
const MAGIC_BYTES = 8

/**
 * Where data come from, as it is now.
 * @throws AppError `file.notFound`, `file.unreadable`
 */
export async function describeOrigin(source: IngestSource): Promise<DatasetOrigin> {
  const { train: _1, validation: _2, test: _3, ...settings } = source.data
  const paths = sourcePaths(source)
  const sources: DatasetSource[] = []
  for (const sourcePath of paths) {
    try {
      sources.push(await describeSource(sourcePath))
    } catch (error) {
      throw fileError(error, sourcePath, 'objective.data')
    }
  }
  return {
    format: await formatOf(source, paths[0] ?? ''),
    sources,
    settings: settings as unknown as JsonObject,
  }
}

/**
 * The files at a path: how many, their size, and when the newest was changed.
 * @throws an error of the file system
 */
export async function describeSource(file: string): Promise<DatasetSource> {
  const stats = await stat(file)
  if (!stats.isDirectory()) {
    return { path: file, files: 1, bytes: stats.size, modifiedAtMs: stats.mtimeMs }
  }
  const names = await filesBelow(file)
  let bytes = 0
  let modifiedAtMs = 0
  for (let at = 0; at < names.length; at += FILES_AT_ONCE) {
    for (const stats of await Promise.all(
      names.slice(at, at + FILES_AT_ONCE).map(name => stat(name)),
    )) {
      bytes += stats.size
      modifiedAtMs = Math.max(modifiedAtMs, stats.mtimeMs)
    }
  }
  return { path: file, files: names.length, bytes, modifiedAtMs }
}

function sourcePaths({ kind, data }: IngestSource): string[] {
  if (kind === 'table') return [data.file, data.testFile].filter(file => file !== undefined)
  const { source } = data
  if (source !== 'mnist' && 'folders' in source) return [source.folders]
  if (source !== 'mnist' && 'file' in source) return [source.file]
  const { images, labels, testImages, testLabels } = source === 'mnist' ? findMnistFiles() : source
  return [images, labels, testImages, testLabels].filter(file => typeof file === 'string')
}

async function formatOf({ kind, data }: IngestSource, file: string): Promise<DatasetFormat> {
  if (kind !== 'table' && data.source !== 'mnist' && 'folders' in data.source) {
    return (await stat(file)).isDirectory() ? 'folder' : 'zip'
  }
  const start = await readStart(file, 'objective.data', MAGIC_BYTES)
  if (isNpy(start)) return 'npy'
  if (kind === 'image') return 'idx'
  if (isExcel(start)) return 'excel'
  return isParquet(start) ? 'parquet' : 'csv'
}
