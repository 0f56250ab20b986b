import type { ColumnReading, TablePreview } from '../../../src-main/contract/api/table-preview.ts'
import type { ColumnSettings } from '../../../src-main/contract/column-format.ts'
import type { TableFormat } from '../../../src-main/contract/table-format.ts'

/** How a person wants a column read; what is not said stays as it was inferred. */
export interface WantedColumn extends Omit<ColumnSettings, 'type'> {
  readonly reading?: ColumnReading
}

export type WantedColumns = Readonly<Record<string, WantedColumn>>

/** The same as the study file's `columns`. */
export function columnKeys(wanted: WantedColumns): Readonly<Record<string, ColumnSettings>> {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, { reading, ...signs }]) => {
      if (reading === 'nothing') return []
      const settings = { ...(reading === undefined ? {} : { type: reading }), ...signs }
      return Object.keys(settings).length === 0 ? [] : [[name, settings]]
    }),
  )
}

/**
 * The keys under `data` of a study file that read a table as it is shown.
 * @param inferred the table as it is read where nobody says anything about its columns
 */
export function dataKeys(
  inferred: TablePreview,
  format: TableFormat,
  target: string | null,
  wanted: WantedColumns,
): Readonly<Record<string, unknown>> {
  const changed = inferred.columns.map(({ name, reading }) => {
    const { reading: own, ...signs } = wanted[name] ?? {}
    return [
      name,
      own === undefined || own === reading ? signs : { ...signs, reading: own },
    ] as const
  })
  const ignore = changed.filter(([, column]) => 'reading' in column && column.reading === 'nothing')
  const columns = columnKeys(Object.fromEntries(changed))
  return {
    file: inferred.file,
    ...(target === null ? {} : { target }),
    ...Object.fromEntries(
      Object.entries(format).filter(
        ([key, value]) => value !== undefined && value !== (key === 'header' ? true : 'auto'),
      ),
    ),
    ...(ignore.length === 0 ? {} : { ignore: ignore.map(([name]) => name) }),
    ...(Object.keys(columns).length === 0 ? {} : { columns }),
  }
}
