import type { Translate } from '../../core/i18n/translate.ts'
import { visibleText } from '../../core/i18n/visible-text.ts'
import type { Block, Inline, TextTable } from './blocks.ts'

/**
 * Markdown as GitHub and Pandoc read it; texts of the study cannot become markup. Figures are links to files
 * beside it; their numbers stand in the tables below them.
 */
export function buildMarkdown(
  title: string,
  blocks: readonly Block[],
  t: Translate,
  figuresFolder = 'figures',
): string {
  const parts = [`# ${escape(title)}`, ...blocks.map(block => writeBlock(block, t, figuresFolder))]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function writeBlock(block: Block, t: Translate, figuresFolder: string): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${inline(block.text)}`
    case 'paragraph':
      return inline(block.text)
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${inline(item)}`)
        .join('\n')
    case 'descriptionList':
      return block.items
        .map(([name, value]) => {
          // A colon within the stars would keep them from ending bold text where no blank follows it.
          const named = { name: `**${inline(name)}**`, value: inline(value) }
          return `- ${t('list.named', named)}`
        })
        .join('\n')
    case 'table':
      return writeTable(block.table)
    case 'code': {
      // Longer than any run of backticks inside, so that nothing inside can end it.
      const longest = Math.max(2, ...[...block.text.matchAll(/`+/g)].map(([run]) => run.length))
      const fence = '`'.repeat(longest + 1)
      return `${fence}\n${block.text.trimEnd()}\n${fence}`
    }
    case 'figure':
      return `![${escape(block.figure.caption)}](${encodeURI(figuresFolder)}/${block.figure.name}.svg)`
  }
}

function writeTable({ header, rows }: TextTable): string {
  const cells = (row: readonly Inline[]): string =>
    `| ${row.map(cell => inline(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [
    cells(header.map(({ text }) => text)),
    `| ${header.map(({ numeric }) => (numeric ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(cells),
  ].join('\n')
}

function inline(pieces: Inline): string {
  return pieces.map(({ text, code }) => (code ? codeSpan(text) : escape(text))).join('')
}

function codeSpan(text: string): string {
  if (text.trim() === '') return text
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const ticks = '`'.repeat(longest + 1)
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${ticks}${space}${visibleText(text)}${space}${ticks}`
}

function escape(text: string): string {
  return visibleText(text)
    .replace(/[\\`*_{}[\]<>#+!~|]/g, '\\$&')
    .replace(/\s*\n\s*/g, ' ')
}
