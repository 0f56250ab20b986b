/** A cell of a table; null leaves it empty. */
export type Cell = string | number | boolean | Date | null

/** Spreadsheets run text that begins so as a formula, some of them with full-width signs too. */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/
/** In any country's form, with its currency: nothing that a formula could be made of. */
const number =
  /^[+-]?\p{Sc}?[ \u00A0\u202F]?[.,]?\d[\d.,'’ \u00A0\u2009\u202F]*(e[+-]?\d+)?[%\p{Sc}]?$/iu
/** Spreadsheets of many countries divide cells at `;`, some at tabs. */
const needsQuotes = /[",;\t\r\n]/

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
  const text = formulaStart.test(cell) && !number.test(cell) ? `'${cell}` : cell
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
