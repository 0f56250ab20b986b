import type { Block, Inline, TextTable } from './blocks.ts'

/**
 * A LaTeX document whose tables and paragraphs can be copied into a paper: booktabs, longtable and hyperref only. Chinese and
 * other scripts need XeLaTeX or LuaLaTeX, which the preamble says. Figures are files of `--format figures`.
 */
export function buildLatex(title: string, blocks: readonly Block[], language: string): string {
  const isChinese = language.startsWith('zh')
  const parts = blocks.map(writeBlock).filter(part => part !== '')
  return `% ${isChinese ? 'Compile with xelatex or lualatex.' : 'Compile with pdflatex, or with xelatex for other scripts.'}
\\documentclass[a4paper]{article}
${isChinese ? '\\usepackage[UTF8]{ctex}' : '\\usepackage{iftex}\n\\ifPDFTeX\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\else\\usepackage{fontspec}\\fi'}
\\usepackage[margin=2.2cm]{geometry}
\\usepackage{booktabs,longtable,graphicx}
\\usepackage[hidelinks]{hyperref}
\\title{${escape(title)}}
\\date{}
\\begin{document}
\\maketitle

${parts.join('\n\n')}

\\end{document}
`
}

function writeBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `\\${block.level === 3 ? 'subsection*' : 'section*'}{${inline(block.text)}}`
    case 'paragraph':
      return inline(block.text)
    case 'list': {
      const name = block.ordered ? 'enumerate' : 'itemize'
      const items = block.items.map(item => `  \\item ${inline(item)}`).join('\n')
      return `\\begin{${name}}\n${items}\n\\end{${name}}`
    }
    case 'facts':
      return writeTable({
        header: [],
        rows: block.facts.map(([name, value]) => [name, value]),
      })
    case 'table':
      return writeTable(block.table)
    case 'code':
      return `\\begin{quote}\\small\\ttfamily\\obeylines\\obeyspaces\n${escape(block.text.trimEnd())}\n\\end{quote}`
    case 'figure':
      return `% Figure: \\includegraphics[width=\\linewidth]{figures/${block.figure.name}.png} -- ${comment(block.figure.caption)}`
  }
}

/** Texts share what numbers leave of the line, so that long ones are broken instead of running off the page. */
function writeTable({ header, rows }: TextTable): string {
  const columns = Math.max(header.length, ...rows.map(row => row.length))
  if (columns === 0) return ''
  const numeric = Array.from({ length: columns }, (_, index) => header[index]?.numeric ?? false)
  const texts = numeric.filter(isNumber => !isNumber).length
  const share = (0.92 - 0.09 * (columns - texts)) / Math.max(1, texts)
  const width = `p{${Math.max(0.08, share).toFixed(3)}\\linewidth}`
  const row = (cells: readonly Inline[]): string => `${cells.map(inline).join(' & ')} \\\\`
  const head =
    header.length === 0 ? [] : [row(header.map(({ text }) => text)), '\\midrule', '\\endhead']
  return [
    '{\\small\\setlength{\\tabcolsep}{4pt}',
    `\\begin{longtable}{@{}${numeric.map(isNumber => (isNumber ? 'r' : width)).join('')}@{}}`,
    '\\toprule',
    ...head,
    ...rows.map(row),
    '\\bottomrule',
    '\\end{longtable}}',
  ].join('\n')
}

function inline(pieces: Inline): string {
  return pieces
    .map(({ text, code }) => (code ? `\\texttt{${escape(text)}}` : escape(text)))
    .join('')
}

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '±': '$\\pm$',
  '∞': '$\\infty$',
  '–': '--',
  '…': '\\ldots{}',
  '·': '$\\cdot$',
  '↓': '$\\downarrow$',
  '↑': '$\\uparrow$',
}

function escape(text: string): string {
  return text.replace(/[\\{}$&#_%~^≤≥±∞–…·↓↑]/g, character => commands[character] ?? character)
}

function comment(text: string): string {
  return text.replace(/\s+/g, ' ')
}
