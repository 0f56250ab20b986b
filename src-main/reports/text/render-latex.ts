import { createTranslate, type Translate } from '../../core/i18n/translate.ts'
import type { Inline, Report } from '../blocks/blocks.ts'
import { type PlainBlock, plainBlocks, plainText } from '../blocks/plain-blocks.ts'
import { latexInline, latexTable } from './latex-table.ts'
import { latexComment, latexLine, latexText, type Script, scriptOf } from './latex-text.ts'

/**
 * A LaTeX document whose tables and paragraphs can be copied into a paper: the packages array, booktabs, longtable and geometry
 * only. Where the language or a text of the study is Chinese, it loads ctex, which brings fonts of its own and needs XeLaTeX or
 * LuaLaTeX; its first lines say which program compiles it. Figures are files of `--format figures`.
 */
export function renderLatex(report: Report): string {
  const t = createTranslate(report.language)
  const isChinese = report.language === 'zh-CN'
  const title = t('report.page.title', { name: report.study.name })
  const parts = report.sections.flatMap(section => [
    `\\section*{${latexText(section.heading)}}`,
    ...plainBlocks(section).map(block => writeBlock(block, t)),
  ])
  const body = parts.filter(part => part !== '').join('\n\n')
  const script = isChinese ? 'chinese' : scriptOf(title + body)
  return `${preamble(script, isChinese, t)}
\\usepackage[margin=2.2cm]{geometry}
\\usepackage{array,booktabs,longtable,graphicx}
\\title{${latexText(title)}}
\\date{}
\\begin{document}
\\maketitle

${body}

\\end{document}
`
}

/** The lines before the packages, by the script that the fonts have to have. */
function preamble(script: Script, isChinese: boolean, t: Translate): string {
  const note = (...texts: readonly string[]): string => `% ${texts.join(' ')}`
  const compile = (programs: readonly string[]): string => t('latex.compile', { programs })
  switch (script) {
    case 'latin':
      return [
        note(compile(['pdflatex', 'xelatex', 'lualatex'])),
        '\\documentclass[a4paper]{article}',
        latinFonts,
      ].join('\n')
    case 'chinese':
      return [
        note('!TeX program = xelatex'),
        note(compile(['xelatex', 'lualatex']), t('latex.chineseFonts')),
        '\\documentclass[a4paper]{article}',
        note(t('latex.chineseLine')),
        `\\usepackage[UTF8${isChinese ? '' : ',scheme=plain'}]{ctex}`,
      ].join('\n')
    case 'other': {
      const example = '\\setmainfont{Noto Sans} \\setmonofont{Noto Sans Mono}'
      return [
        note('!TeX program = xelatex'),
        note(compile(['xelatex', 'lualatex'])),
        note(t('latex.otherFonts', { example })),
        '\\documentclass[a4paper]{article}',
        latinFonts,
      ].join('\n')
    }
  }
}

const latinFonts = `\\usepackage{iftex}
\\ifPDFTeX\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}\\else\\usepackage{fontspec}\\fi`

function writeBlock(block: PlainBlock, t: Translate): string {
  const inline = (text: Inline): string => latexInline(plainText(text, t))
  switch (block.kind) {
    case 'heading':
      return `\\subsection*{${inline(block.text)}}`
    case 'paragraph':
      return inline(block.text)
    case 'list': {
      const name = block.ordered ? 'enumerate' : 'itemize'
      const items = block.items.map(item => `  \\item ${inline(item)}`).join('\n')
      return `\\begin{${name}}\n${items}\n\\end{${name}}`
    }
    case 'descriptionList':
      return latexTable(
        [],
        block.items.map(([name, value]) => [plainText(name, t), plainText(value, t)]),
      )
    case 'table':
      return latexTable(
        block.columns.map(({ title, numeric = false, breaks = false }) => ({
          text: plainText(title, t),
          numeric: numeric || breaks,
        })),
        block.rows.map(row => row.map(cell => plainText(cell, t))),
      )
    case 'code': {
      const lines = block.text.trimEnd().split('\n').map(latexLine)
      // An empty line would end the paragraph without leaving one.
      const listing = lines.map(line => (line === '' ? '~' : line)).join('\n')
      return `\\begin{quote}\\footnotesize\\ttfamily\\setlength{\\parskip}{0pt}\\setlength{\\parindent}{0pt}\\obeylines\\obeyspaces\n${listing}\n\\end{quote}`
    }
    case 'chart':
      return `% \\includegraphics[width=\\linewidth]{figures/${block.name}.png} -- ${latexComment(block.caption)}`
  }
}
