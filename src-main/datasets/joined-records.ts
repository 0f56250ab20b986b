import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { PreviewSource } from '../core/processes/ingest-protocol.ts'
import type { TableDialect, TableFormat } from '../core/data/table-format.ts'
import { readTableRecords } from './table-records.ts'

/**
 * Reads a table and after it the rows of its test file, whose columns may stand in another order.
 * @param data the table, and perhaps a second file whose rows are its test part
 * @param onRecord as of {@link readTableRecords}; `path` names the file of the record
 * @returns what was inferred of the table, and how many rows the test file has
 * @throws AppError as {@link readTableRecords}; `data.invalid` for a column that the test file lacks
 */
export async function readJoinedRecords(
  data: Pick<PreviewSource, 'file' | 'testFile' | 'missing'> & TableFormat,
  onRecord: (fields: readonly string[], line: number, path: string) => void,
): Promise<{ readonly dialect: TableDialect; readonly testRows: number }> {
  const { file: path, testFile: testPath, missing } = data
  let header: readonly string[] | null = null
  const dialect = await readTableRecords({
    path,
    missing,
    format: data,
    field: 'objective.data.file',
    onRecord: (fields, line) => {
      header ??= fields
      onRecord(fields, line, path)
    },
  })
  if (testPath === undefined || header === null) return { dialect, testRows: 0 }
  const names: readonly string[] = header
  let columnIndices: number[] | null = null
  let testRows = 0
  await readTableRecords({
    path: testPath,
    missing,
    format: data,
    field: 'objective.data.testFile',
    onRecord: (fields, line) => {
      if (columnIndices === null) {
        columnIndices = names.map(name => columnIndexOf(testPath, fields, name.trim()))
        return
      }
      testRows++
      onRecord(
        columnIndices.map(index => fields[index] ?? ''),
        line,
        testPath,
      )
    },
  })
  if (testRows === 0) throw invalidData(testPath, 'rows', 0, msg('rule.headerAndRow'))
  return { dialect, testRows }
}

function columnIndexOf(path: string, header: readonly string[], name: string): number {
  const index = header.findIndex(cell => cell.trim() === name)
  if (index >= 0) return index
  throw invalidData(path, 'columns', name, msg('rule.trainingColumn'))
}
