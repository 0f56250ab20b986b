import { z } from 'zod'
import { type MessageDescriptor, msg } from '../errors/message.ts'

/** How the texts of a column are read: inferred from all of them, or said by the key `columns` of a study file. */

export const decimalSigns = ['.', ','] as const
/** Signs between groups of digits; `' '` stands for every kind of space, `"'"` for every apostrophe. */
export const thousandsSigns = ['', ',', '.', ' ', "'", '_'] as const
/** Order of day (D), month (M) and year (Y) in a date; `clock`: hours, minutes and seconds alone. */
export const timeOrders = ['YMD', 'DMY', 'MDY', 'clock'] as const
export type TimeOrder = (typeof timeOrders)[number]

/** Signs between the parts of a date in digits, such as `03/04/2021`. */
export type DateSign = '.' | '/' | '-'
const dayOrders = ['DMY', 'MDY'] as const
export type DayOrder = (typeof dayOrders)[number]

/** Whether categories that differ in case and blanks alone are one. */
const spellingRules = ['exact', 'merge'] as const

export const columnTypes = ['number', 'time', 'boolean', 'category'] as const
export type ColumnType = (typeof columnTypes)[number]

/** A study file's words about a column; what it leaves out is inferred. */
export const columnSettingsSchema = z.strictObject({
  type: z.enum(columnTypes).optional().describe('option.column.type'),
  decimal: z.enum(decimalSigns).optional().describe('option.column.decimal'),
  thousands: z.enum(thousandsSigns).optional().describe('option.column.thousands'),
  order: z.enum(timeOrders).optional().describe('option.column.order'),
  orders: z
    .strictObject({
      '.': z.enum(dayOrders).optional(),
      '/': z.enum(dayOrders).optional(),
      '-': z.enum(dayOrders).optional(),
    })
    .optional()
    .describe('option.column.orders'),
  spelling: z.enum(spellingRules).optional().describe('option.column.spelling'),
})

export type ColumnSettings = z.output<typeof columnSettingsSchema>

/**
 * `number`: signs and what stands beside the digits (currency, percent, unit; values are kept as they are written, but
 * for `k`, `M`, `万` …, which multiply). `time`: days since 1970 (dates) or seconds (clock). `boolean`: 0 and 1. `category`: with
 * `spelling: merge`, texts that differ in case and blanks alone are the same one.
 */
export const columnFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('number'),
    decimal: z.enum(decimalSigns),
    thousands: z.enum(thousandsSigns),
    unit: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal('time'),
    order: z.enum(timeOrders),
    /** Of dates with these signs, where it is another one. */
    orders: z
      .strictObject({
        '.': z.enum(dayOrders).exactOptional(),
        '/': z.enum(dayOrders).exactOptional(),
        '-': z.enum(dayOrders).exactOptional(),
      })
      .exactOptional(),
  }),
  z.strictObject({ type: z.literal('boolean') }),
  z.strictObject({ type: z.literal('category'), spelling: z.literal('merge').exactOptional() }),
])

export type ColumnFormat = Readonly<z.output<typeof columnFormatSchema>>
export type NumberFormat = Extract<ColumnFormat, { type: 'number' }>

export const plainNumber: NumberFormat = {
  type: 'number',
  decimal: '.',
  thousands: '',
  unit: null,
}

/**
 * How sure a reading is. `certain`: no other fits every value. `likely`: others fit, other columns decide.
 * `unclear`: others fit as well, and nothing decides.
 */
export type Confidence = 'certain' | 'likely' | 'unclear'

/** How a column is read, for people. */
export function formatMessage(format: ColumnFormat): MessageDescriptor {
  switch (format.type) {
    case 'number': {
      const { thousands, decimal, unit } = format
      const example = `1${thousands}234${decimal}5`
      return thousands === '' && decimal === '.' && unit === null
        ? msg('columnFormat.number')
        : msg('columnFormat.numberAs', { example, unit: unit ?? undefined })
    }
    case 'time': {
      const main = msg(`columnFormat.time.${format.order}`)
      const [first] = Object.entries(format.orders ?? {})
      // Days and months have two orders, so all other signs share one.
      if (first === undefined) return main
      const signs = Object.keys(format.orders ?? {}).join(' ')
      return msg('columnFormat.timeBySign', { main, signs, order: first[1] })
    }
    case 'boolean':
      return msg('columnFormat.boolean')
    case 'category':
      return msg(
        format.spelling === 'merge' ? 'columnFormat.categoryMerged' : 'columnFormat.category',
      )
  }
}

/** Doubts about the reading of a column. */
export interface ColumnRemarks {
  readonly name: string
  readonly texts: number
  readonly firstText: { readonly value: string; readonly line: number } | null
  readonly format: ColumnFormat
  readonly confidence: Confidence
  /** The other reading that fits as well; null if none does. */
  readonly other: ColumnFormat | null
  /** Of dates whose order is unclear, the first value that fits both; null or absent elsewhere. */
  readonly firstUnclear?: { readonly value: string; readonly line: number } | null
  /** Words and ±∞ among numbers, which are read as no value. */
  readonly words: number
  readonly infinite: number
  /** A category although most of its values look like numbers. */
  readonly looksNumeric: boolean
}

/**
 * Warnings about the reading of a column that a person should see.
 * @param values that are there
 */
export function remarkMessages(
  column: ColumnRemarks,
  values: number,
): readonly MessageDescriptor[] {
  const { name, texts, firstText, format, confidence, other, words, infinite } = column
  const warnings: MessageDescriptor[] = []
  if (column.looksNumeric && firstText !== null) {
    const { line } = firstText
    const value = JSON.stringify(firstText.value)
    warnings.push(msg('dataset.warning.typing', { column: name, texts, values, value, line }))
  }
  if (words > 0) warnings.push(msg('dataset.warning.words', { column: name, count: words }))
  if (infinite > 0)
    warnings.push(msg('dataset.warning.infinite', { column: name, count: infinite }))
  if (confidence === 'unclear' && other !== null) {
    const [read, instead] = [formatMessage(format), formatMessage(other)]
    const { firstUnclear = null } = column
    warnings.push(
      firstUnclear === null
        ? msg('dataset.warning.unclear', { column: name, read, other: instead })
        : msg('dataset.warning.unclearDate', {
            column: name,
            read,
            other: instead,
            ...firstUnclear,
          }),
    )
  }
  return warnings
}
