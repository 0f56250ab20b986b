import path from 'node:path'
import type { TablePreview } from '../contract/api/table-preview.ts'
import { defaultMissingWords } from '../contract/data-settings.ts'
import type { TableFormat } from '../contract/table-format.ts'
import { previewFile } from './ingest-client.ts'

/**
 * How a file with a table would be read; nothing is kept.
 * @param directory where relative names start
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`, `child.gone`
 */
export async function previewTable(
  file: string,
  format: TableFormat,
  directory: string,
): Promise<TablePreview> {
  return previewFile({
    file: path.resolve(directory, file),
    ...format,
    missing: [...defaultMissingWords],
  })
}
