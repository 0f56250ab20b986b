// eslint-disable-next-line files/file-operations -- a folder that was made here goes if it is empty
import { readdir, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ClassGallery, DatasetSamples } from '../core/data/class-gallery.ts'
import type { TablePreview } from '../core/data/table-preview.ts'
import { defaultMissingWords, type TableData } from '../core/data/data-settings.ts'
import type { ColumnSettings } from '../core/data/column-format.ts'
import { AppError } from '../core/errors/errors.ts'
import {
  type ClassesRequest,
  draftEnding,
  type IngestedData,
  type IngestSource,
  type PreviewSource,
  type SourceRows,
} from '../core/processes/ingest-protocol.ts'
import { parseWithProblems } from '../core/errors/schema-problems.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { isWorkbookName, type TableFormat } from '../core/data/table-format.ts'
import { removeWithin } from '../platform/files/remove.ts'
import { connectPreview, connectReader, cpuLimitOf } from '../platform/processes/connect-reader.ts'
import { taskOfObjective } from '../core/tasks/registry.ts'

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
  /** Whether its time of the processors is limited by the size of the files; default false. */
  readonly isBounded?: boolean
  readonly entry?: URL
}

/**
 * Has the data of an objective parsed by an ingest process, or finds it in the cache, and checks that
 * the splits which the study asks for are possible. Null for objectives without data.
 * @throws AppError `specification.invalid`, `file.notFound`, `file.unreadable`, `file.unwritable`,
 *   `data.invalid`, `child.gone`
 */
export async function prepareDataset(request: PrepareDatasetRequest): Promise<IngestedData | null> {
  const { objective, studyDirectory, isBounded = false } = request
  const source = sourceOf(objective, studyDirectory)
  if (source === null) return null
  const cpuLimitMs = isBounded ? cpuLimitOf(dataFilesOf(objective, studyDirectory)) : undefined
  return runIngest(request, source, cpuLimitMs)
}

/**
 * The data that an objective names, with absolute paths; null for one without data.
 * @throws AppError `specification.invalid`
 */
export function sourceOf(
  objective: StudySpecification['objective'],
  studyDirectory: string,
): IngestSource | null {
  const task = taskOfObjective(objective)
  if (task === undefined) return null
  const data = parseData(task.dataSchema, objective)
  return task.source(data, files => resolvePaths(files, studyDirectory))
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

const pathKeys = ['folders', 'file', 'testFile', 'images', 'labels', 'testImages', 'testLabels']

/**
 * Files and folders with data that an objective names, absolute.
 * @throws AppError `specification.invalid`
 */
export function dataFilesOf(
  objective: StudySpecification['objective'],
  studyDirectory: string,
): readonly string[] {
  const { data } = sourceOf(objective, studyDirectory) ?? {}
  const source: unknown = data !== undefined && 'source' in data ? data.source : data
  if (typeof source !== 'object' || source === null) return []
  return Object.entries(source).flatMap(([key, value]: [string, unknown]) =>
    pathKeys.includes(key) && typeof value === 'string' ? [value] : [],
  )
}

/** Makes the names of files and folders absolute. */
function resolvePaths<Source extends object>(source: Source, directory: string): Source {
  const entries = Object.entries(source).map(([key, value]: [string, unknown]) => [
    key,
    pathKeys.includes(key) && typeof value === 'string' ? path.resolve(directory, value) : value,
  ])
  return Object.fromEntries(entries) as Source
}

/**
 * How a file with a table would be read; nothing is kept.
 * @param directory where relative names start
 * @param columns a person's words about columns
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function previewFile(
  file: string,
  format: TableFormat,
  directory: string,
  columns: Readonly<Record<string, ColumnSettings>> = {},
): Promise<TablePreview> {
  const source: PreviewSource = {
    file: path.resolve(directory, file),
    ...format,
    missing: [...defaultMissingWords],
    columns: new Map(Object.entries(columns)),
  }
  return connectPreview('ingest', source.file).call('preview', source)
}

/**
 * The names of the sheets of an Excel workbook, in its order; none for any other file.
 * @param directory where relative names start
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function listSheetsOf(file: string, directory: string): Promise<readonly string[]> {
  if (!isWorkbookName(file)) return []
  const source = { file: path.resolve(directory, file) }
  return connectPreview('ingest', source.file).call('sheets', source)
}

/**
 * The classes of files that are sorted into folders, with some files of each.
 * @param directory where relative names start
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function previewClassesOf(
  { kind, source }: ClassesRequest,
  directory: string,
): Promise<ClassGallery> {
  const folders = path.resolve(directory, source.folders)
  const request = { kind, source: { ...source, folders } }
  return connectPreview('ingest', folders).call('classes', request)
}

/**
 * Some rows of prepared data.
 * @param directory of the prepared data
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function readSamples(directory: string): Promise<DatasetSamples> {
  return connectReader('ingest').call('samples', { directory })
}

/**
 * Rows of a table as they are written in its file.
 * @param data with absolute paths
 * @param rows numbers of rows of the prepared data, rising
 * @throws AppError as {@link prepareDataset}; `data.invalid` for too many cells
 */
export async function readRows(data: TableData, rows: Int32Array): Promise<SourceRows> {
  return connectReader('ingest').call('rows', { data, rows })
}

async function runIngest(
  { cacheDirectory, seed = 0, limitMs, signal, entry }: PrepareDatasetRequest,
  source: IngestSource,
  cpuLimitMs: number | undefined,
): Promise<IngestedData> {
  const ingest = connectReader('ingest', {
    ...(limitMs === undefined ? {} : { limitMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(cpuLimitMs === undefined ? {} : { cpuLimitMs }),
    ...(entry === undefined ? {} : { entry }),
    // A killed process cannot clear up after itself.
    onEnd: async (pid, error) => {
      if (error !== null) await removeDrafts(cacheDirectory, pid)
    },
  })
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
  const drafts = names.filter(name => name.endsWith(draftEnding(pid)))
  if (drafts.length === 0) return
  for (const name of drafts) {
    await removeWithin(cacheDirectory, path.join(cacheDirectory, name)).catch(() => undefined)
  }
  await rmdir(cacheDirectory).catch(() => undefined)
}
