import path from 'node:path'
import { z } from 'zod'
import type { TablePreview } from '../contract/api/table-preview.ts'
import {
  audioDataSchema,
  imageDataSchema,
  tableDataSchema,
  textDataSchema,
  type IdxSource,
  type ImageData,
} from '../contract/data-settings.ts'
import type { ClassFolders } from '../contract/class-folders.ts'
import type { DatasetOrigin } from '../contract/dataset-registry.ts'
import type { DatasetFinding, DatasetManifest } from '../contract/dataset.ts'
import { AppError, deserializeError } from '../contract/errors.ts'
import {
  ingestProtocolVersion,
  type FromIngest,
  type IngestRequest,
  type IngestSource,
  type PreviewRequest,
  type PreviewSource,
} from '../contract/ingest-protocol.ts'
import { problemValue } from '../contract/problem.ts'
import type { StudySpecification } from '../contract/study-specification.ts'
import { ChildHandle } from '../processes/child-handle.ts'
import { removeDrafts } from './remove-drafts.ts'

/** A file of 2 GB is parsed in minutes; what takes longer hangs. */
const defaultLimitMs = 900_000
const stopGraceMs = 2_000

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

export interface PreparedData {
  readonly manifest: DatasetManifest
  /** What looks wrong, though it can be trained on. */
  readonly findings: readonly DatasetFinding[]
  readonly directory: string
  readonly origin: DatasetOrigin
}

/**
 * Has the data of an objective parsed by an ingest process, or finds it in the cache, and checks that
 * the splits which the study asks for are possible. Null for objectives without data.
 * @throws AppError `specification.invalid`, `file.notFound`, `file.unreadable`, `file.unwritable`,
 *   `data.invalid`, `child.gone`
 */
export async function prepareDataset(request: PrepareDatasetRequest): Promise<PreparedData | null> {
  const { objective, studyDirectory } = request
  switch ('task' in objective ? objective.task : null) {
    case 'image': {
      const data = parseData(imageDataSchema, objective)
      const source = resolveImages(data.source, studyDirectory)
      return runIngest(request, { kind: 'image', data: { ...data, source } })
    }
    case 'tabular': {
      const data = parseData(tableDataSchema, objective)
      const file = path.resolve(studyDirectory, data.file)
      return runIngest(request, { kind: 'table', data: { ...data, file } })
    }
    case 'audio': {
      const data = parseData(audioDataSchema, objective)
      const source = resolveFolders(data.source, studyDirectory)
      return runIngest(request, { kind: 'audio', data: { ...data, source } })
    }
    case 'text': {
      const data = parseData(textDataSchema, objective)
      const source =
        'folders' in data.source
          ? resolveFolders(data.source, studyDirectory)
          : { ...data.source, file: path.resolve(studyDirectory, data.source.file) }
      return runIngest(request, { kind: 'text', data: { ...data, source } })
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
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('specification.invalid', {
    problems: parsed.error.issues.map(issue => ({
      path: ['objective', 'data', ...issue.path.filter(key => typeof key !== 'symbol')],
      value: problemValue(issue.input),
      rule: issue.message,
    })),
  })
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
 * Has a table looked at by an ingest process; nothing is kept.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function previewFile(source: PreviewSource): Promise<TablePreview> {
  const answer = await askIngest({ type: 'preview', source }, {})
  if (answer.type === 'previewed') return answer.preview
  throw unexpected(answer)
}

async function runIngest(
  request: PrepareDatasetRequest,
  source: IngestSource,
): Promise<PreparedData> {
  const { cacheDirectory, seed = 0 } = request
  const answer = await askIngest({ type: 'prepare', source, cacheDirectory, seed }, request)
  if (answer.type === 'prepared') {
    const { manifest, findings, directory, origin } = answer
    return { manifest, findings, directory, origin }
  }
  throw unexpected(answer)
}

type Answer = Exclude<FromIngest, { readonly type: 'ready' | 'failed' }>

/** One question to an ingest process of its own. */
async function askIngest(
  question: IngestRequest | PreviewRequest,
  request: Pick<PrepareDatasetRequest, 'signal' | 'limitMs' | 'entry'>,
): Promise<Answer> {
  const limitMs = request.limitMs ?? defaultLimitMs
  let settle: (answer: Answer | AppError) => void = () => undefined
  const answered = new Promise<Answer | AppError>(resolve => {
    settle = resolve
  })
  const child = new ChildHandle<FromIngest, IngestRequest | PreviewRequest>({
    name: 'ingest',
    entry: request.entry ?? new URL('../children/ingest.ts', import.meta.url),
    onMessage: message => {
      switch (message.type) {
        case 'ready':
          if (message.protocol === ingestProtocolVersion) {
            child.send(question)
          } else settle(protocolError(message.protocol))
          break
        case 'prepared':
        case 'previewed':
          settle(message)
          break
        case 'failed':
          settle(deserializeError(message.error))
          break
      }
    },
    onExit: exit => {
      settle(ChildHandle.goneError('ingest', exit))
    },
  })
  const end = (reason: string) => {
    settle(goneError(reason))
    child.kill()
  }
  const timer = setTimeout(() => {
    end(`not done within ${String(limitMs)} ms`)
  }, limitMs)
  const abort = () => {
    end('cancelled')
  }
  request.signal?.addEventListener('abort', abort, { once: true })
  if (request.signal?.aborted === true) abort()
  const answer = await answered
  clearTimeout(timer)
  request.signal?.removeEventListener('abort', abort)
  // The process ends by itself after its answer.
  const killer = setTimeout(() => {
    child.kill()
  }, stopGraceMs)
  await child.exited
  clearTimeout(killer)
  if (answer instanceof AppError) {
    // A killed process cannot clear up after itself.
    if (question.type === 'prepare') await removeDrafts(question.cacheDirectory, child.pid)
    throw answer
  }
  return answer
}

function unexpected({ type }: Answer): AppError {
  return new AppError('protocol.invalid', {
    from: 'ingest',
    field: 'type',
    value: type,
    rule: 'must answer what was asked',
  })
}

function goneError(reason: string): AppError {
  return new AppError('child.gone', { child: 'ingest', reason, exitCode: null, signal: null })
}

function protocolError(value: number): AppError {
  return new AppError('protocol.invalid', {
    from: 'ingest',
    field: 'protocol',
    value,
    rule: `must be ${String(ingestProtocolVersion)}`,
  })
}
