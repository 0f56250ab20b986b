import type { Block } from './blocks.ts'
import { latexInline, latexTable } from './latex-table.ts'
import { latexComment, latexLine, latexText, type Script, scriptOf } from './latex-text.ts'

/**
 * A LaTeX document whose tables and paragraphs can be copied into a paper: the packages array, booktabs, longtable and geometry
 * only. Where the language or a text of the study is Chinese, it loads ctex, which brings fonts of its own and needs XeLaTeX or
 * LuaLaTeX; its first lines say which program compiles it. Figures are files of `--format figures`.
 */
export function buildLatex(title: string, blocks: readonly Block[], language: string): string {
  const isChinese = language.startsWith('zh')
  const parts = blocks.map(writeBlock).filter(part => part !== '')
  const body = parts.join('\n\n')
  const script = isChinese ? 'chinese' : scriptOf(title + body)
  return `${preambles[script](isChinese)}
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

const preambles: Readonly<Record<Script, (isChinese: boolean) => string>> = {
  latin:
    () => `% Compile with pdflatex, xelatex or lualatex, until it does not ask for another run (long tables).
\\documentclass[a4paper]{article}
${latinFonts}`,
  chinese: isChinese => `% !TeX program = xelatex
% Compile with xelatex or lualatex, until it does not ask for another run (long tables): ctex (texlive-lang-chinese) brings fonts for Chinese.
\\documentclass[a4paper]{article}
% Text from the report of a study in Chinese needs this line in the paper that it is copied into.
\\usepackage[UTF8${isChinese ? '' : ',scheme=plain'}]{ctex}`,
  other: () => `% !TeX program = xelatex
% Compile with xelatex or lualatex, until it does not ask for another run (long tables). A text of the study has characters that the usual font lacks:
% name one that has them, e.g. \\setmainfont{Noto Sans} and \\setmonofont{Noto Sans Mono}.
\\documentclass[a4paper]{article}
${latinFonts}`,
}

const latinFonts = `\\usepackage{iftex}
\\ifPDFTeX\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}\\else\\usepackage{fontspec}\\fi`

function writeBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `\\${block.level === 3 ? 'subsection*' : 'section*'}{${latexInline(block.text)}}`
    case 'paragraph':
      return latexInline(block.text)
    case 'list': {
      const name = block.ordered ? 'enumerate' : 'itemize'
      const items = block.items.map(item => `  \\item ${latexInline(item)}`).join('\n')
      return `\\begin{${name}}\n${items}\n\\end{${name}}`
    }
    case 'facts':
      return latexTable({
        header: [],
        rows: block.facts.map(([name, value]) => [name, value]),
      })
    case 'table':
      return latexTable(block.table)
    case 'code': {
      const lines = block.text.trimEnd().split('\n').map(latexLine)
      // An empty line would end the paragraph without leaving one.
      const listing = lines.map(line => (line === '' ? '~' : line)).join('\n')
      return `\\begin{quote}\\footnotesize\\ttfamily\\setlength{\\parskip}{0pt}\\setlength{\\parindent}{0pt}\\obeylines\\obeyspaces\n${listing}\n\\end{quote}`
    }
    case 'figure':
      return `% Figure: \\includegraphics[width=\\linewidth]{figures/${block.figure.name}.png} -- ${latexComment(block.figure.caption)}`
  }
}
