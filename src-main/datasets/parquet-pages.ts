import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { AsyncBuffer, ColumnMetaData, RowGroup } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'

/** No writer makes pages of this size, packed or unpacked; the usual one is a megabyte. */
export const MAX_PAGE_BYTES = 256_000_000

/**
 * Walks the headers of all pages of a row group before anything is unpacked: sizes must lie within the
 * file and the limits, and the values must add up to the rows of the group, so that a small file cannot
 * claim a billion of them. Apache Parquet format 2.11, parquet.thrift: PageHeader.
 * @throws AppError `data.invalid`; RangeError of the parser for a header that is cut
 */
export async function checkParquetPages(
  path: string,
  file: AsyncBuffer,
  group: RowGroup,
): Promise<void> {
  const rows = Number(group.num_rows)
  for (const { meta_data: column } of group.columns) {
    if (column === undefined)
      throw invalidData(path, 'parquet.columns', null, msg('rule.parquetColumn'))
    await checkColumn(path, file, column, rows)
  }
}

async function checkColumn(
  path: string,
  file: AsyncBuffer,
  column: ColumnMetaData,
  rows: number,
): Promise<void> {
  const field = `parquet.columns.${column.path_in_schema.join('.')}`
  const pages = Number(column.data_page_offset)
  const dictionary = Number(column.dictionary_page_offset ?? 0)
  const start = dictionary > 0 ? Math.min(dictionary, pages) : pages
  const bytes = Number(column.total_compressed_size)
  if (start < 4 || bytes < 0 || start + bytes > file.byteLength) {
    const rule = msg('rule.atMost', { limit: file.byteLength })
    throw invalidData(path, `${field}.offset`, [start, bytes], rule)
  }
  const reader = { view: new DataView(await file.slice(start, start + bytes)), offset: 0 }
  let values = 0
  while (values < rows && reader.offset < bytes) {
    const header = parquetHeader(reader)
    const packed = Number(header.compressed_page_size)
    const unpacked = Number(header.uncompressed_page_size)
    if (!(packed >= 0) || reader.offset + packed > bytes) {
      const rule = msg('rule.bytesLeft', { limit: bytes - reader.offset })
      throw invalidData(path, `${field}.packedBytes`, packed, rule)
    }
    if (!(unpacked >= 0) || unpacked > MAX_PAGE_BYTES) {
      const rule = msg('rule.bytes.atMost', { limit: MAX_PAGE_BYTES, of: 'unpacked' })
      throw invalidData(path, `${field}.pageBytes`, unpacked, rule)
    }
    const inDictionary = Number(header.dictionary_page_header?.num_values ?? 0)
    if (!(inDictionary >= 0) || inDictionary > unpacked) {
      const rule = msg('rule.atMost', { limit: unpacked })
      throw invalidData(path, `${field}.dictionary`, inDictionary, rule)
    }
    const page = header.data_page_header ?? header.data_page_header_v2
    const inPage = Number(page?.num_values ?? 0)
    if (!(inPage >= 0))
      throw invalidData(path, `${field}.values`, inPage, msg('rule.atLeast', { limit: 0 }))
    values += inPage
    reader.offset += packed
  }
  if (values !== rows)
    throw invalidData(path, `${field}.values`, values, msg('rule.equal', { value: rows }))
}
