import { fact } from '../contract/fact.ts'
import { invalidData } from '../contract/invalid-data.ts'
import type { TableDialect } from '../contract/table-format.ts'
import type { RecordOptions } from './record-options.ts'
import { readTableRecords } from './table-records.ts'

/** A table, and perhaps a second file whose rows are its test part. */
export interface JoinedOptions extends Omit<RecordOptions, 'onRecord'> {
  readonly testPath: string | undefined
  /** As in {@link RecordOptions}; `path` names the file of the record. */
  readonly onRecord: (fields: readonly string[], line: number, path: string) => void
}

/**
 * Reads a table and after it the rows of its test file, whose columns may stand in another order.
 * @returns what was inferred of the table, and how many rows the test file has
 * @throws AppError as {@link readTableRecords}; `data.invalid` for a column that the test file lacks
 */
export async function readJoinedRecords(
  options: JoinedOptions,
): Promise<{ readonly dialect: TableDialect; readonly testRows: number }> {
  const { path, testPath, onRecord } = options
  let header: readonly string[] | null = null
  const dialect = await readTableRecords({
    ...options,
    onRecord: (fields, line) => {
      header ??= fields
      onRecord(fields, line, path)
    },
  })
  if (testPath === undefined || header === null) return { dialect, testRows: 0 }
  const names: readonly string[] = header
  let places: number[] | null = null
  let testRows = 0
  await readTableRecords({
    ...options,
    path: testPath,
    field: 'objective.data.testFile',
    onRecord: (fields, line) => {
      if (places === null) {
        places = names.map(name => placeOf(testPath, fields, name.trim()))
        return
      }
      testRows++
      onRecord(
        places.map(place => fields[place] ?? ''),
        line,
        testPath,
      )
    },
  })
  if (testRows === 0) throw invalidData(testPath, 'rows', 0, fact('rule.headerAndRow'))
  return { dialect, testRows }
}

function placeOf(path: string, header: readonly string[], name: string): number {
  const place = header.findIndex(cell => cell.trim() === name)
  if (place >= 0) return place
  throw invalidData(path, 'columns', name, fact('rule.trainingColumn'))
}
