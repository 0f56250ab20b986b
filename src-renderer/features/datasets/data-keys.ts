import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { TablePreview } from '../../../src-main/core/data/table-preview.ts'
import {
  type ColumnSettings,
  columnSettingsSchema,
  type columnTypes,
} from '../../../src-main/core/data/column-format.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import {
  tableFormat,
  tableFormatSchema,
  type TableFormat,
} from '../../../src-main/core/data/table-format.ts'

/**
 * The keys under `data` of a study file that say how a table is read. Whatever a person changes is written, what is inferred is left out;
 * keys that are not about the reading stay as they are.
 */
export type DataKeys = Readonly<Record<string, unknown>>

/** Of a column in a preview, and the words of a person about it. */
export type Reading = TablePreview['columns'][number]['reading']
type Column = Pick<TablePreview['columns'][number], 'name' | 'reading'>
export type ColumnSign = Exclude<keyof ColumnSettings, 'type'>

/** How the file is written, as far as the keys say it; what breaks a rule counts as not said. */
export function formatOf(data: DataKeys): TableFormat {
  const formatEntries = Object.entries(tableFormat).map(([name, schema]) => {
    const read = schema.safeParse(ownValue(data, name))
    return [name, read.success ? read.data : schema.safeParse(undefined).data]
  })
  return tableFormatSchema.parse(Object.fromEntries(formatEntries))
}

export function withFormat(data: DataKeys, part: Partial<TableFormat>): DataKeys {
  return Object.entries(part).reduce<DataKeys>((keys, [name, value]) => {
    const usual = name === 'sheet' ? undefined : name === 'header' ? true : 'auto'
    return withKey(keys, name, value === usual ? undefined : value)
  }, data)
}

/** The same as the study file's `columns`; entries that break a rule are left out. */
export function columnsOf(data: DataKeys): Readonly<Record<string, ColumnSettings>> {
  const { columns } = data
  if (!isObject(columns)) return {}
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, settings]) => {
      const read = columnSettingsSchema.safeParse(settings)
      return read.success ? [[name, read.data]] : []
    }),
  )
}

/** A column is read so as the keys say, or as it was inferred. */
export function readingOf(data: DataKeys, { name, reading }: Column): Reading {
  if (listOf(data, 'ignore').includes(name)) return 'nothing'
  return ownValue(columnsOf(data), name)?.type ?? reading
}

/** @param inferred the column as it is read where nobody says anything about it */
export function withReading(data: DataKeys, inferred: Column, reading: Reading): DataKeys {
  const { name } = inferred
  const others = listOf(data, 'ignore').filter(ignored => ignored !== name)
  const ignore =
    reading === 'nothing' && inferred.reading !== 'nothing' ? [...others, name] : others
  const next = withKey(data, 'ignore', ignore.length === 0 ? undefined : ignore)
  return withColumn(next, name, {
    ...ownValue(columnsOf(data), name),
    type: reading === 'nothing' || reading === inferred.reading ? undefined : reading,
    // Only texts have spellings, only times an order.
    ...(reading === 'number' || reading === 'time' ? { spelling: undefined } : {}),
    ...(reading === 'time' ? {} : { order: undefined, orders: undefined }),
  })
}

/** @param value undefined: as it is inferred */
export function withSign(
  data: DataKeys,
  name: string,
  sign: ColumnSign,
  value: ColumnSettings[ColumnSign],
): DataKeys {
  return withColumn(data, name, { ...ownValue(columnsOf(data), name), [sign]: value })
}

function withColumn(
  data: DataKeys,
  name: string,
  settings: { readonly [Key in keyof ColumnSettings]: unknown } & {
    readonly type?: (typeof columnTypes)[number] | undefined
  },
): DataKeys {
  const definedSettings = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  )
  const { [name]: _, ...others } = isObject(data['columns']) ? data['columns'] : {}
  const columns =
    Object.keys(definedSettings).length === 0 ? others : { ...others, [name]: definedSettings }
  return withKey(data, 'columns', Object.keys(columns).length === 0 ? undefined : columns)
}

/** A key that was there keeps its place in the file. */
export function withKey(data: DataKeys, name: string, value: unknown): DataKeys {
  if (value !== undefined) return { ...data, [name]: value }
  const { [name]: _, ...otherKeys } = data
  return otherKeys
}

function listOf(data: DataKeys, name: string): readonly unknown[] {
  const list = ownValue(data, name)
  return Array.isArray(list) ? list : []
}
