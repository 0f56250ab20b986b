/** A cell of a table; null leaves it empty. */
export type Cell = string | number | boolean | Date | null

/** Spreadsheets run text that begins so as a formula. */
const formulaStart = /^[=+\-@\t\r]/
const pureNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const needsQuotes = /[",\r\n]/

/** Rows as RFC 4180 text: CRLF after every row, quotes where needed. */
export function formatCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map(row => `${row.map(formatCell).join(',')}\r\n`).join('')
}

/**
 * Numbers in the shortest form that reads back as the same number, `NaN` and `Infinity` as words.
 * Text that a spreadsheet would run gets a leading apostrophe, unless it is a number.
 */
function formatCell(cell: Cell): string {
  if (cell === null) return ''
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell !== 'string') return String(cell)
  const text = formulaStart.test(cell) && !pureNumber.test(cell) ? `'${cell}` : cell
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
