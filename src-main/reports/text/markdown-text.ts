import { visibleText } from '../../core/i18n/visible-text.ts'

/**
 * Text on one line that Markdown shows as it is: no markup, no entities, no links of bare addresses (GitHub Flavored Markdown 0.29,
 * 6.9). A `|` is an entity, since readers disagree where backslashes stand before it in a table.
 */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[\\`*_{}[\]<>#+!~]|&(?=[#\w])/g, '\\$&')
    .replaceAll('|', '&#124;')
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/(www)\./gi, '$1&#46;')
    .replace(/[\n\r]+/g, ' ')
}

/** Text on one line as code; nothing inside can end it. Blank text is no code. */
export function markdownCode(text: string): string {
  const line = visibleText(text).replace(/[\n\r]+/g, ' ')
  if (line.trim() === '') return line
  const ticks = fence(line, 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${space}${line}${space}${ticks}`
}

/** Code in a cell of a table: text where it holds a `|`, which no code can hold in a way that all readers share. */
export function markdownCellCode(text: string): string {
  return text.includes('|') ? markdownText(text) : markdownCode(text)
}

/** Lines as a block of code. */
export function markdownCodeBlock(text: string): string {
  const lines = visibleText(text.trimEnd())
  const ticks = fence(lines, 3)
  return `${ticks}\n${lines}\n${ticks}`
}

/** Longer than any run of backticks inside, so that nothing inside can end it. */
function fence(text: string, least: number): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0)
  return '`'.repeat(Math.max(least, longest + 1))
}
