import { styleText } from 'node:util'
import { visibleLine } from '../../core/i18n/visible-text.ts'
import { columnsOf } from './terminal-text.ts'

/** A plain table with a bold head; the last column is not padded. Cells cannot steer the terminal. */
export function formatTable(
  head: readonly string[],
  cells: readonly (readonly string[])[],
): string {
  const rows = cells.map(row => row.map(visibleLine))
  const widths = head.map((title, column) =>
    Math.max(columnsOf(title), ...rows.map(row => columnsOf(row[column] ?? ''))),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === row.length - 1
          ? cell
          : cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)),
      )
      .join('  ')
  return [styleText('bold', line(head)), ...rows.map(line)].join('\n')
}
