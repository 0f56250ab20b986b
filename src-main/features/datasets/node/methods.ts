import path from 'node:path'
import {
  listSheetsOf,
  previewClassesOf,
  previewFile,
  readSamples,
} from '../../../datasets/ingest-client.ts'
import {
  clearDataset,
  listDatasets,
  preparedFolderOf,
  removeDataset,
} from '../../../datasets/list-datasets.ts'
import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { datasetMethods } from '../common/methods.ts'

/** Data that were prepared, and data files before they are. */
export function datasetHandlers({
  store,
  workspace,
  files,
}: MethodContext): Handlers<typeof datasetMethods> {
  const { datasetCacheDirectory: cache } = workspace
  const directory = path.dirname(workspace.databasePath)
  return {
    'dataset.list': async () => listDatasets(cache, store),
    'dataset.preview': async ({ file, columns, ...format }) =>
      previewFile(files.require(file), format, directory, columns),
    'dataset.sheets': async ({ file }) => listSheetsOf(files.require(file), directory),
    'dataset.classes': async ({ kind, folders, ...source }) =>
      previewClassesOf({ kind, source: { ...source, folders: files.require(folders) } }, directory),
    'dataset.samples': async ({ id }) =>
      readSamples(path.join(cache, await preparedFolderOf(cache, store, id))),
    'dataset.clear': async ({ id }) => nothing(await clearDataset(cache, store, id)),
    'dataset.remove': async ({ id }) => nothing(await removeDataset(cache, store, id)),
  }
}
