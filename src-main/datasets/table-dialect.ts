import type { TableFormat } from '../contract/table-format.ts'

/** Signs that may divide fields, in the order in which they are preferred. */
const delimiters = [',', '\t', ';', '|'] as const
const decimalComma = /^\s*"?[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?"?\s*$/
const decimalPoint = /^\s*"?[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?"?\s*$/
/** `1,234` may as well be twelve hundred and thirty-four. */
const thousands = /^\s*"?[+-]?\d{1,3}(?:,\d{3})+"?\s*$/

/** Lines of the sample beyond this number add nothing. */
const MAX_LINES = 200

/**
 * Delimiter and decimal sign of a table, from its first lines; a setting that is not `auto` stays.
 * @param sample whole lines, except perhaps the last
 */
export function inferDialect(
  sample: string,
  format: Pick<TableFormat, 'delimiter' | 'decimal'>,
): { readonly delimiter: string; readonly decimal: '.' | ',' } {
  const delimiter = format.delimiter === 'auto' ? inferDelimiter(sample) : format.delimiter
  const decimal = format.decimal === 'auto' ? inferDecimal(sample, delimiter) : format.decimal
  return { delimiter, decimal }
}

/** The sign that divides most records into as many fields as the first; if several do, into most. */
function inferDelimiter(sample: string): string {
  let best: string = delimiters[0]
  let bestShare = 0
  let bestFields = 1
  for (const delimiter of delimiters) {
    const records = splitRecords(sample, delimiter)
    const fields = records[0]?.length ?? 1
    if (fields < 2) continue
    const share = records.filter(record => record.length === fields).length / records.length
    if (share > bestShare || (share === bestShare && fields > bestFields)) {
      best = delimiter
      bestShare = share
      bestFields = fields
    }
  }
  return best
}

function inferDecimal(sample: string, delimiter: string): '.' | ',' {
  if (delimiter.includes(',')) return '.'
  const cells = splitRecords(sample, delimiter).flat()
  const commas = cells.filter(cell => decimalComma.test(cell))
  const certain = commas.some(cell => !thousands.test(cell))
  return certain && !cells.some(cell => decimalPoint.test(cell)) ? ',' : '.'
}

/** Whole records of a sample, quotes left as they are; the last one may be cut and is left out. */
function splitRecords(sample: string, delimiter: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < sample.length && records.length < MAX_LINES; at++) {
    const sign = sample[at] as string
    if (sign === '"') quoted = !quoted
    if (!quoted && sample.startsWith(delimiter, at)) {
      record.push(field)
      field = ''
      at += delimiter.length - 1
    } else if (!quoted && (sign === '\n' || sign === '\r')) {
      if (record.length > 0 || field !== '') records.push([...record, field])
      record = []
      field = ''
    } else field += sign
  }
  if (records.length === 0 && record.length > 0) records.push([...record, field])
  return records
}

const commaNumber = /^([+-]?)(\d*),(\d*)((?:[eE][+-]?\d+)?)$/

/** A cell with a decimal comma as one with a point; anything else as it is. */
export function withPoint(cell: string): string {
  const trimmed = cell.trim()
  const parts = commaNumber.exec(trimmed)
  if (parts === null || trimmed.length < 2) return cell
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts
  return whole === '' && fraction === '' ? cell : `${sign}${whole}.${fraction}${exponent}`
}
