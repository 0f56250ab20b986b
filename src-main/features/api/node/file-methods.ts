import path from 'node:path'
import type { Api } from '../common/methods.ts'
import { listSheetsOf, previewFile } from '../../../datasets/ingest-client.ts'
import { type ApiOptions, nothing } from './api-options.ts'
import type { FileGate } from './file-gate.ts'

/** Data files that a face names. */
export function fileMethods({ workspace }: Pick<ApiOptions, 'workspace'>, files: FileGate) {
  const directory = path.dirname(workspace.databasePath)
  return {
    'file.choose': async request => nothing(files.choose(request.path)),
    'dataset.preview': async ({ file, columns, ...format }) =>
      previewFile(files.require(file), format, directory, columns),
    'dataset.sheets': async ({ file }) => listSheetsOf(files.require(file), directory),
  } satisfies Partial<Api>
}
