import { msg } from '../core/errors/message.ts'
import path from 'node:path'
import type { ClassFolders } from '../core/data/class-folders.ts'
import type { IdxSource } from '../core/data/data-settings.ts'
import { AppError } from '../core/errors/errors.ts'
import type { IngestRequest, IngestSource } from '../core/processes/ingest-protocol.ts'
import type { JsonValue } from '../core/values/json.ts'
import { foldersField, openEntries } from './class-files.ts'
import { ingestAudio } from './ingest-audio.ts'
import { ingestImageFolders } from './ingest-image-folders.ts'
import { ingestImages } from './ingest-images.ts'
import { findMnistFiles } from './mnist-files.ts'
import { ingestTable } from './ingest-table.ts'
import { ingestTextFolders, ingestTextTable } from './ingest-text.ts'
import type { DatasetDraft, NewDataset } from './dataset-draft.ts'
import { findPrepared, preparedKey, storePrepared, type StoredDataset } from './prepared-store.ts'
import type { SourceEntry } from './source-entry.ts'
import { hashSourceFiles } from './source-file.ts'

/** Raised whenever a table would be read differently: its columns, or the remarks about them. */
const TABLE_READER = 3

/** A source opened for parsing. */
interface OpenSource {
  /** Whose bytes decide whether the source has changed. */
  readonly files: readonly { readonly path: string; readonly field: string }[]
  /** Everything but bytes that changes what is stored; names of files among them. */
  readonly settings: JsonValue
  readonly parse: (draft: DatasetDraft) => Promise<NewDataset>
  readonly close: () => void
}

/**
 * Parses a source into the cache, or finds it there: same bytes and same settings are parsed once.
 * Sizes of splits are no part of the key, since all rows are stored.
 * @throws AppError `file.notFound`, `file.unreadable`, `file.unwritable`, `data.invalid`
 */
export async function ingest(
  request: Pick<IngestRequest, 'source' | 'cacheDirectory'>,
): Promise<StoredDataset> {
  const { source, cacheDirectory } = request
  const opened = await openSource(source)
  try {
    const contentHash = await hashSourceFiles(opened.files)
    const key = preparedKey(contentHash, opened.settings)
    const prepared = await findPrepared(cacheDirectory, key)
    if (prepared !== null) return prepared
    return await storePrepared(cacheDirectory, key, contentHash, async draft => {
      const dataset = await opened.parse(draft)
      if ((await hashSourceFiles(opened.files)) !== contentHash) {
        throw new AppError('file.unreadable', {
          path: opened.files[0]?.path ?? '',
          reason: msg('rule.changedWhileRead'),
        })
      }
      return dataset
    })
  } finally {
    opened.close()
  }
}

async function openSource(source: IngestSource): Promise<OpenSource> {
  if (source.kind === 'table') {
    const {
      file,
      testFile,
      train: _1,
      validation: _2,
      test: _3,
      embargo: _4,
      ...settings
    } = source.data
    return {
      files: [
        { path: file, field: 'objective.data.file' },
        ...(testFile === undefined ? [] : [{ path: testFile, field: 'objective.data.testFile' }]),
      ],
      settings: {
        kind: 'table',
        reader: TABLE_READER,
        name: path.basename(file),
        ...settings,
        ...(testFile === undefined ? {} : { testFile: path.basename(testFile) }),
      } as unknown as JsonValue,
      parse: draft => ingestTable(source.data, draft),
      close: () => undefined,
    }
  }
  if (source.kind === 'audio') {
    const folders = source.data.source
    return openFolders(folders, 'audio', (entries, draft) => ingestAudio(folders, entries, draft))
  }
  if (source.kind === 'text') {
    const texts = source.data.source
    if ('folders' in texts) {
      return openFolders(texts, 'text', (entries, draft) =>
        ingestTextFolders(texts, entries, draft),
      )
    }
    const { file, ...settings } = texts
    return {
      files: [{ path: file, field: 'objective.data.source.file' }],
      settings: { kind: 'text', name: path.basename(file), ...settings } as unknown as JsonValue,
      parse: draft => ingestTextTable(texts, draft),
      close: () => undefined,
    }
  }
  const { source: images } = source.data
  if (images !== 'mnist' && 'folders' in images) {
    return openFolders(images, 'image', (entries, draft) =>
      ingestImageFolders(images, entries, draft),
    )
  }
  const files = images === 'mnist' ? findMnistFiles() : images
  const name = images === 'mnist' ? 'mnist' : path.basename(images.images)
  return {
    files: idxFiles(files),
    settings: { kind: 'image', name, hasTest: files.testImages !== undefined },
    parse: draft => ingestImages(name, files, draft),
    close: () => undefined,
  }
}

async function openFolders<Source extends ClassFolders>(
  source: Source,
  kind: string,
  parse: (entries: readonly SourceEntry[], draft: DatasetDraft) => Promise<NewDataset>,
): Promise<OpenSource> {
  const { entries, files, close } = await openEntries(source.folders)
  const { folders, ...settings } = source
  return {
    files: files.map(file => ({ path: file, field: foldersField })),
    settings: {
      kind,
      name: path.basename(folders),
      settings: settings as unknown as JsonValue,
      names: entries.map(entry => entry.name),
    },
    parse: draft => parse(entries, draft),
    close,
  }
}

function idxFiles({ images, labels, testImages, testLabels }: IdxSource) {
  return Object.entries({ images, labels, testImages, testLabels }).flatMap(([name, file]) =>
    file === undefined ? [] : [{ path: file, field: `objective.data.source.${name}` }],
  )
}
