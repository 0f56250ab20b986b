import { createTranslate, type Translate } from '../../core/i18n/translate.ts'
import type { Inline, Report, Table } from '../blocks/blocks.ts'
import { type PlainBlock, plainBlocks, plainText } from '../blocks/plain-blocks.ts'
import { markdownCellCode, markdownCode, markdownCodeBlock, markdownText } from './markdown-text.ts'

/**
 * Markdown as GitHub and Pandoc read it; texts of the study cannot become markup. Figures are links to files
 * beside it; their numbers stand in the tables below them.
 */
export function renderMarkdown(report: Report, figuresFolder = 'figures'): string {
  const t = createTranslate(report.language)
  const parts = report.sections.flatMap(section => [
    `## ${markdownText(section.heading)}`,
    ...plainBlocks(section).map(block => writeBlock(block, t, figuresFolder)),
  ])
  const title = `# ${markdownText(t('report.page.title', { name: report.study.name }))}`
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
      return writeTable(block, t)
    case 'code':
      return markdownCodeBlock(block.text)
    case 'chart':
      return `![${markdownText(block.caption)}](${encodeURI(figuresFolder)}/${block.name}.svg)`
  }
}

function writeTable({ columns, rows }: Table, t: Translate): string {
  const cells = (row: readonly Inline[]): string =>
    `| ${row.map(cell => writeInline(cell, t, markdownCellCode)).join(' | ')} |`
  return [
    cells(columns.map(({ title }) => title)),
    `| ${columns.map(({ numeric, breaks }) => (numeric === true || breaks === true ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(cells),
  ].join('\n')
}

function writeInline(text: Inline, t: Translate, writeCode = markdownCode): string {
  return plainText(text, t)
    .map(({ text, code }) => (code ? writeCode(text) : markdownText(text)))
    .join('')
}
