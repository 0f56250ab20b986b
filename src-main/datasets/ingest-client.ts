import { readdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { TablePreview } from '../contract/api/table-preview.ts'
import {
  audioDataSchema,
  defaultMissingWords,
  imageDataSchema,
  tableDataSchema,
  textDataSchema,
  type IdxSource,
  type ImageData,
} from '../contract/data-settings.ts'
import type { ClassFolders } from '../contract/class-folders.ts'
import { AppError } from '../contract/errors.ts'
import { draftEnding, type IngestedData, type IngestSource } from '../contract/ingest-protocol.ts'
import { parseWithProblems } from '../contract/schema-problems.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import type { TableFormat } from '../contract/table-format.ts'
import { connect, type Once } from '../processes/connect.ts'

/** A file of 2 GB is parsed in minutes; what takes longer hangs. */
const DEFAULT_LIMIT_MS = 900_000

export interface PrepareDatasetRequest {
  readonly objective: StudySpecification['objective']
  /** Folder of the study file: relative paths in it start here. */
  readonly studyDirectory: string
  readonly cacheDirectory: string
  /** Of the study, for the split; default 0. */
  readonly seed?: number
  /** Kills the ingest process. */
  readonly signal?: AbortSignal
  /** Default 15 minutes. */
  readonly limitMs?: number
  readonly entry?: URL
}

/**
 * Has the data of an objective parsed by an ingest process, or finds it in the cache, and checks that
 * the splits which the study asks for are possible. Null for objectives without data.
 * @throws AppError `specification.invalid`, `file.notFound`, `file.unreadable`, `file.unwritable`,
 *   `data.invalid`, `child.gone`
 */
export async function prepareDataset(request: PrepareDatasetRequest): Promise<IngestedData | null> {
  const source = sourceOf(request.objective, request.studyDirectory)
  return source === null ? null : runIngest(request, source)
}

/**
 * The data that an objective names, with absolute paths; null for one without data. A new task is read here.
 * @throws AppError `specification.invalid`
 */
export function sourceOf(
  objective: StudySpecification['objective'],
  studyDirectory: string,
): IngestSource | null {
  switch ('task' in objective ? objective.task : null) {
    case 'image': {
      const data = parseData(imageDataSchema, objective)
      return {
        kind: 'image',
        data: { ...data, source: resolveImages(data.source, studyDirectory) },
      }
    }
    case 'tabular': {
      const data = parseData(tableDataSchema, objective)
      return { kind: 'table', data: { ...data, file: path.resolve(studyDirectory, data.file) } }
    }
    case 'audio': {
      const data = parseData(audioDataSchema, objective)
      const source = resolveFolders(data.source, studyDirectory)
      return { kind: 'audio', data: { ...data, source } }
    }
    case 'text': {
      const data = parseData(textDataSchema, objective)
      const source =
        'folders' in data.source
          ? resolveFolders(data.source, studyDirectory)
          : { ...data.source, file: path.resolve(studyDirectory, data.source.file) }
      return { kind: 'text', data: { ...data, source } }
    }
    default:
      return null
  }
}

function parseData<Data>(
  schema: z.ZodType<Data>,
  objective: StudySpecification['objective'],
): Data {
  const value = 'data' in objective ? objective.data : undefined
  const parsed = parseWithProblems(schema, value, ['objective', 'data'])
  if (parsed.ok) return parsed.value
  throw new AppError('specification.invalid', { problems: parsed.problems })
}

function resolveImages(source: ImageData['source'], directory: string): ImageData['source'] {
  if (source === 'mnist') return source
  if (!('folders' in source)) return resolveFiles(source, directory)
  return resolveFolders(source, directory)
}

function resolveFolders<Source extends ClassFolders>(source: Source, directory: string): Source {
  return { ...source, folders: path.resolve(directory, source.folders) }
}

function resolveFiles(files: IdxSource, directory: string): IdxSource {
  const resolve = (file: string) => path.resolve(directory, file)
  return {
    images: resolve(files.images),
    labels: resolve(files.labels),
    ...(files.testImages === undefined ? {} : { testImages: resolve(files.testImages) }),
    ...(files.testLabels === undefined ? {} : { testLabels: resolve(files.testLabels) }),
  }
}

/**
 * How a file with a table would be read; nothing is kept.
 * @param directory where relative names start
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function previewFile(
  file: string,
  format: TableFormat,
  directory: string,
): Promise<TablePreview> {
  const source = {
    file: path.resolve(directory, file),
    ...format,
    missing: [...defaultMissingWords],
  }
  return connect('ingest', { kind: 'once', limitMs: DEFAULT_LIMIT_MS }).call('preview', source)
}

async function runIngest(
  { cacheDirectory, seed = 0, limitMs = DEFAULT_LIMIT_MS, signal, entry }: PrepareDatasetRequest,
  source: IngestSource,
): Promise<IngestedData> {
  const once: Once = {
    kind: 'once',
    limitMs,
    ...(signal === undefined ? {} : { signal }),
    // A killed process cannot clear up after itself.
    onEnd: async (pid, error) => {
      if (error !== null) await removeDrafts(cacheDirectory, pid)
    },
  }
  const ingest = connect('ingest', once, entry === undefined ? {} : { entry })
  return ingest.call('prepare', { source, cacheDirectory, seed })
}

/**
 * Removes what an ingest process that is gone left half made in the cache, and the cache if nothing else was in it.
 * A folder that cannot be removed now goes with a later preparation.
 * @param pid undefined for a process that never ran
 */
async function removeDrafts(cacheDirectory: string, pid: number | undefined): Promise<void> {
  if (pid === undefined) return
  const names = await readdir(cacheDirectory).catch(() => [])
  const left = names.filter(name => name.endsWith(draftEnding(pid)))
  if (left.length === 0) return
  for (const name of left) {
    await rm(path.join(cacheDirectory, name), { recursive: true, force: true }).catch(
      () => undefined,
    )
  }
  await rmdir(cacheDirectory).catch(() => undefined)
}
