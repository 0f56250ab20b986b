/** A browser takes milliseconds for each row of a table that it lays out on pages, and next to nothing for a line of text. */
const MAX_ROWS = 500
/** Longer cells push the rest of their line to the right. */
const MAX_COLUMN = 24
/** A browser that prints a page lays it out for a screen first, which nobody sees. */
const paperAlone = '<style>@media screen{body{display:none}}</style>'

const tablePattern = /<table\b[^>]*><thead>(.*?)<\/thead><tbody>(.*?)<\/tbody><\/table>/gs
const rowPattern = /<tr\b[^>]*>(.*?)<\/tr>/gs
const cellPattern = /<(?:th|td)\b([^>]*)>(.*?)<\/(?:th|td)>/gs

interface Cell {
  /** Escaped as in the page. */
  readonly text: string
  readonly id: string | undefined
  readonly isNumber: boolean
}

/**
 * A report as it is printed: tables of more than 500 rows are lines of text in columns. The rest is as it was, and every row is there; a screen shows
 * nothing then.
 * @param html as {@link buildHtmlReport} writes it
 */
export function forPaper(html: string): string {
  const targets = new Set([...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id))
  const page = html.replace(tablePattern, (whole, head: string, body: string) => {
    const rows = [...body.matchAll(rowPattern)].map(([, row]) => cellsOf(row as string))
    if (rows.length <= MAX_ROWS) return whole
    const [titles = []] = [...head.matchAll(rowPattern)].map(([, row]) => cellsOf(row as string))
    const widths = titles.map((_, column) =>
      [titles, ...rows].reduce((width, row) => Math.max(width, lengthOf(row[column])), 0),
    )
    const line = (cells: readonly Cell[]): string =>
      cells
        .map((cell, column) => padded(cell, widths[column] ?? 0, targets))
        .join('  ')
        .trimEnd()
    return `<pre class="lines"><strong>${line(titles)}</strong>\n${rows.map(line).join('\n')}</pre>`
  })
  return page === html ? page : page.replace('</head>', `${paperAlone}</head>`)
}

function cellsOf(row: string): Cell[] {
  return [...row.matchAll(cellPattern)].map(([, attributes = '', content = '']) => ({
    text: content.replace(/<[^>]*>/g, ''),
    id: /\bid="([^"]+)"/.exec(content)?.[1],
    isNumber: attributes.includes('class="number"'),
  }))
}

/** On the page, up to the widest column. */
function lengthOf(cell: Cell | undefined): number {
  const plainText = (cell?.text ?? '').replace(/&[^;\s]+;/g, '.')
  return Math.min(
    [...plainText].reduce((width, sign) => width + (sign > '\u2e7f' ? 2 : 1), 0),
    MAX_COLUMN,
  )
}

function padded(cell: Cell, width: number, targets: ReadonlySet<string | undefined>): string {
  const space = ' '.repeat(Math.max(0, width - lengthOf(cell)))
  const isTarget = cell.id !== undefined && targets.has(cell.id)
  const text = isTarget ? `<span id="${cell.id}">${cell.text}</span>` : cell.text
  return cell.isNumber ? space + text : text + space
}
