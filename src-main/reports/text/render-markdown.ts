import { createTranslate, type Translate } from '../../core/i18n/translate.ts'
import { visibleText } from '../../core/i18n/visible-text.ts'
import type { Inline, Report, Table } from '../blocks/blocks.ts'
import { type PlainBlock, plainBlocks, plainText } from '../blocks/plain-blocks.ts'

/**
 * Markdown as GitHub and Pandoc read it; texts of the study cannot become markup. Figures are links to files
 * beside it; their numbers stand in the tables below them.
 */
export function renderMarkdown(report: Report, figuresFolder = 'figures'): string {
  const t = createTranslate(report.language)
  const parts = report.sections.flatMap(section => [
    `## ${escape(section.heading)}`,
    ...plainBlocks(section).map(block => writeBlock(block, t, figuresFolder)),
  ])
  const title = `# ${escape(t('report.page.title', { name: report.study.name }))}`
  return `${[title, ...parts].filter(part => part !== '').join('\n\n')}\n`
}

function writeBlock(block: PlainBlock, t: Translate, figuresFolder: string): string {
  const inline = (text: Inline): string => writeInline(text, t)
  switch (block.kind) {
    case 'heading':
      return `### ${inline(block.text)}`
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
      return writeTable(block, inline)
    case 'code': {
      // Longer than any run of backticks inside, so that nothing inside can end it.
      const text = visibleText(block.text.trimEnd())
      const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
      const fence = '`'.repeat(longest + 1)
      return `${fence}\n${text}\n${fence}`
    }
    case 'chart':
      return `![${escape(block.caption)}](${encodeURI(figuresFolder)}/${block.name}.svg)`
  }
}

function writeTable({ columns, rows }: Table, inline: (text: Inline) => string): string {
  const cells = (row: readonly Inline[]): string =>
    `| ${row.map(cell => inline(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [
    cells(columns.map(({ title }) => title)),
    `| ${columns.map(({ numeric, breaks }) => (numeric === true || breaks === true ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(cells),
  ].join('\n')
}

function writeInline(text: Inline, t: Translate): string {
  return plainText(text, t)
    .map(({ text, code }) => (code ? codeSpan(text) : escape(text)))
    .join('')
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
