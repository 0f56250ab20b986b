import type { ColumnReading, TablePreview } from '../../../src-main/contract/api/table-preview.ts'
import type { TableFormat } from '../../../src-main/contract/table-format.ts'

/** How a person wants a column read; what is not said stays as it was inferred. */
export type WantedReadings = Readonly<Record<string, ColumnReading>>

/** The keys under `data` of a study file that read a table as it is shown. */
export function dataKeys(
  preview: TablePreview,
  format: TableFormat,
  target: string | null,
  wanted: WantedReadings,
): Readonly<Record<string, unknown>> {
  const changed = (reading: ColumnReading) =>
    preview.columns
      .filter(column => wanted[column.name] === reading && column.reading !== reading)
      .map(({ name }) => name)
  const lists = {
    numeric: changed('number'),
    categorical: changed('category'),
    ignore: changed('nothing'),
  }
  const typed = (['time', 'boolean'] as const).flatMap(type =>
    changed(type).map(name => [name, { type }] as const),
  )
  return {
    file: preview.file,
    ...(target === null ? {} : { target }),
    ...Object.fromEntries(
      Object.entries(format).filter(([key, value]) => value !== (key === 'header' ? true : 'auto')),
    ),
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
    ...(typed.length === 0 ? {} : { columns: Object.fromEntries(typed) }),
  }
}
