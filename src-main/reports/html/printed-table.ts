import type { Translate } from '../../core/i18n/translate.ts'
import type { Inline, Table } from '../blocks/blocks.ts'
import { isPiece, plainText, wordsOf } from '../blocks/plain-blocks.ts'
import { markup, type Fragment, type Markup } from './markup.ts'

/** A browser takes milliseconds for each row of a table that it lays out on pages, and next to nothing for a line of text. */
const MAX_ROWS = 500
/** Longer cells push the rest of their line to the right. */
const MAX_COLUMN = 24

export function isLong({ rows }: Table): boolean {
  return rows.length > MAX_ROWS
}

/** A long table as it is printed: lines of text in columns, every row of them. @param targets trials whose rows are linked to */
export function tableLines(
  { columns, rows }: Table,
  targets: ReadonlySet<number>,
  t: Translate,
): Markup {
  const textOf = (cell: Inline): string => wordsOf(plainText(cell, t))
  const titles = columns.map(({ title }) => textOf(title))
  const texts = rows.map(row => row.map(textOf))
  const widths = titles.map((_, column) =>
    [titles, ...texts].reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), 0),
  )
  const line = (cells: readonly string[], row?: readonly Inline[]): Fragment => {
    const padded = cells.map((text, column) => {
      const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)))
      const cell = row?.[column]
      const target = isPiece(cell) && cell.kind === 'trialRow' && targets.has(cell.trial)
      const content = target ? markup`<span id="trial-${cell.trial}">${text}</span>` : text
      const { numeric = false, breaks = false } = columns[column] ?? {}
      if (numeric || breaks) return [space, content]
      return [content, column === cells.length - 1 ? null : space]
    })
    return padded.map((cell, column) => [column === 0 ? null : '  ', cell])
  }
  return markup`<pre class="lines"><strong>${line(titles)}</strong>\n${texts.map((cells, row) => [
    row === 0 ? null : '\n',
    line(cells, rows[row]),
  ])}</pre>`
}

/** In characters, up to the widest column; those of Chinese are twice as wide. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += character > '\u2e7f' ? 2 : 1
  return Math.min(width, MAX_COLUMN)
}
