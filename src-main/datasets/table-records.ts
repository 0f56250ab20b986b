import type { TableDialect } from '../core/data/table-format.ts'
import { readCsvRecords } from './csv-records.ts'
import { isExcel, isParquet } from './format-signatures.ts'
import { isNpy } from './npy.ts'
import { readNpyRecords } from './npy-records.ts'
import type { RecordOptions } from './record-options.ts'
import { checkSourceFile, readStart } from './source-file.ts'

/** Longest sequence by which a format is told. */
const MAGIC_BYTES = 8

/**
 * Reads the records of a table, the names of its columns first: CSV and TSV, Excel, NPY, Parquet, told apart by
 * their first bytes. Cells of binary files come as the text that gives the same number again.
 * @returns what was inferred, or set
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` with the line, or with the row where
 *   there are no lines
 */
export async function readTableRecords(options: RecordOptions): Promise<TableDialect> {
  const { path, field } = options
  await checkSourceFile(path, field)
  const start = await readStart(path, field, MAGIC_BYTES)
  if (isNpy(start)) return readNpyRecords(options)
  if (isParquet(start)) return (await import('./parquet-records.ts')).readParquetRecords(options)
  if (isExcel(start)) return (await import('./excel-records.ts')).readExcelRecords(options)
  return readCsvRecords(options)
}
