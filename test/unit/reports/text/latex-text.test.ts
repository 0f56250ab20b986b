import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleText } from '../../../../src-main/core/i18n/visible-text.ts'
import type { Language } from '../../../../src-main/core/i18n/language.ts'
import type { Block, Table } from '../../../../src-main/reports/blocks/blocks.ts'
import { renderLatex } from '../../../../src-main/reports/text/render-latex.ts'
import {
  latexCode,
  latexComment,
  latexLine,
  latexText,
  scriptOf,
} from '../../../../src-main/reports/text/latex-text.ts'
import { hostileText } from '../../../helpers/sample-snapshot.ts'

/** What each macro prints, as the LaTeX kernel's manuals say (`encguide`, `usrguide`), written down apart from the program. */
const printed: Readonly<Record<string, string>> = {
  textbackslash: '\\',
  textasciitilde: '~',
  textasciicircum: '^',
  textless: '<',
  textgreater: '>',
  textbar: '|',
  textquotedbl: '"',
  textquotesingle: "'",
  textasciigrave: '`',
  textendash: '–',
  textemdash: '—',
  textquotedblleft: '“',
  textquotedblright: '”',
  textquoteleft: '‘',
  textquoteright: '’',
  ldots: '…',
  allowbreak: '',
}
const mathematics: Readonly<Record<string, string>> = {
  '\\le': '≤',
  '\\ge': '≥',
  '\\pm': '±',
  '\\times': '×',
  '-': '−',
  '\\approx': '≈',
  '\\infty': '∞',
  '\\rightarrow': '→',
  '\\downarrow': '↓',
  '\\uparrow': '↑',
  '\\cdot': '·',
  '\\surd': '✓',
}

/** Reads what TeX would print; throws at anything that is not a plain character, a known macro or a group. */
function read(latex: string): string {
  let text = ''
  let remaining = latex
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(remaining)
    if (match !== null) remaining = remaining.slice(match[0].length)
    return match
  }
  while (remaining !== '') {
    const symbol = take(/^\\([{}$&#_%])/)
    const box = symbol === null ? take(/^\\fbox\{\?\}/) : null
    const macro = symbol === null && box === null ? take(/^\\([a-z]+)\{\}/) : null
    if (symbol !== null) text += symbol[1]
    else if (box !== null) text += '\uFFFD'
    else if (macro !== null) {
      const name = macro[1] ?? ''
      if (printed[name] === undefined) throw new Error(`unknown macro ${name}`)
      text += printed[name]
    } else {
      const formula = take(/^\$([^$]*)\$/)
      const group = formula === null ? take(/^\{([[\]*]?)\}/) : null
      if (formula !== null) {
        const sign = mathematics[formula[1] ?? '']
        if (sign === undefined) throw new Error(`unknown formula ${formula[1]}`)
        text += sign
      } else if (group !== null) text += group[1]
      else {
        const plain = take(/^[^\\{}$&#_%^~[\]*<>|"]/u)
        if (plain === null) throw new Error(`not escaped: ${remaining.slice(0, 20)}`)
        text += plain[0]
      }
    }
  }
  return text
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'\\{}$&#_%~^[]*<>|"\'`-,!?≤×→·✓…“’ \n\t\u0007\u202Ea调') }),
  fc.constant(hostileText),
)
/** Line ends are spaces, and what cannot be printed is written out. */
const visible = (text: string): string => visibleText(text).replace(/\s+/g, ' ')

describe('text for LaTeX', () => {
  it('prints every character as itself, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(read(latexText(text))).toBe(visible(text))
      }),
      { numRuns: 1_000, seed: 7 },
    )
  })

  it('prints code the same, with straight quotes and breaks in long words', () => {
    fc.assert(
      fc.property(anyText, text => {
        const latex = latexCode(text)
        expect(latex.startsWith('\\texttt{') && latex.endsWith('}')).toBe(true)
        const inner = latex.slice('\\texttt{'.length, -1)
        expect(read(inner)).toBe(read(latexText(text)))
        expect(inner).not.toMatch(/['`]/)
      }),
      { numRuns: 1_000, seed: 7 },
    )
    expect(latexCode('src/models/network.ts')).toContain('/\\allowbreak{}')
    expect(latexCode('short')).toBe('\\texttt{short}')
  })

  it('makes no ligature', () => {
    expect(latexText('--like a,,b !`?`')).toBe('-{}-like a,{},b !{}`?{}`')
  })

  it('keeps the indent of a line, and a comment on its line', () => {
    expect(latexLine('  x: [1]')).toBe('~~x: {[}1{]}')
    expect(latexComment('a\n\\input{x}\r\nb')).not.toMatch(/[\r\n]/)
  })

  it('knows what script a text is in', () => {
    expect(scriptOf('plain – “café” ≤ 5 ✓')).toBe('latin')
    expect(scriptOf('调参 and more')).toBe('chinese')
    expect(scriptOf('かな')).toBe('chinese')
    expect(scriptOf('σ = 1')).toBe('other')
    expect(scriptOf('🙂')).toBe('other')
  })
})

/** A report of one section, of a study of this name. */
function documentOf(name: string, blocks: readonly Block[], language: Language): string {
  return renderLatex({
    language,
    study: { name, state: 'finished', reason: null, sinceMs: 0 },
    generatedAtMs: 0,
    timeZone: 'UTC',
    version: '0.1.0',
    sections: [{ id: 'verdict', heading: language === 'en' ? 'Result' : '结果', blocks }],
  })
}

describe('a LaTeX document', () => {
  const paragraph = (content: string): Block => ({ kind: 'paragraph', text: content })
  const head = (latex: string): string => latex.slice(0, latex.indexOf('\\begin{document}'))

  it('loads ctex where the language or a text is Chinese, and only there', () => {
    expect(head(documentOf('研究', [paragraph('x')], 'zh-CN'))).toContain(
      '\\usepackage[UTF8]{ctex}',
    )
    const named = head(documentOf('Report of 调参', [paragraph('x')], 'en'))
    // Headings and captions stay English.
    expect(named).toContain('\\usepackage[UTF8,scheme=plain]{ctex}')
    const plain = head(documentOf('Report', [paragraph('x')], 'en'))
    expect(plain).not.toContain('ctex}')
    expect(plain).toContain('[T1]{fontenc}')
  })

  it('says which program compiles it', () => {
    expect(documentOf('研究', [], 'zh-CN')).toMatch(/^% !TeX program = xelatex\n/)
    expect(documentOf('Δ', [], 'en')).toMatch(/^% !TeX program = xelatex\n.*\n.*\\setmainfont/)
    expect(documentOf('Report', [], 'en')).toMatch(/^% Compile with pdflatex/)
  })

  it('takes brackets and stars at the beginning of a row or an item for text', () => {
    const latex = documentOf(
      'Report',
      [
        { kind: 'list', ordered: false, items: ['[a] b', '* c'] },
        { kind: 'descriptionList', items: [['[1, 2]', 'x']] },
        { kind: 'descriptionList', items: [['*', 'y']] },
      ],
      'en',
    )
    const body = latex.slice(latex.indexOf('\\maketitle'))
    expect(body).not.toMatch(/(?:\\\\|\\item)\s*[[*]/)
    expect(body).toContain('\\item {[}a{]} b')
    expect(body).toContain('\n{[}1, 2{]} & x \\\\')
  })

  it('sets a table smaller where its numbers need more than a line', () => {
    const of = (columns: number): string => {
      const table: Table = {
        kind: 'table',
        label: 'metrics',
        columns: Array.from({ length: columns }, () => ({ title: 'metric', numeric: true })),
        rows: [Array.from({ length: columns }, () => '0.123456')],
      }
      return documentOf('Report', [table], 'en')
    }
    expect(of(5)).toContain('{\\small\\setlength')
    expect(of(12)).toContain('{\\scriptsize\\setlength')
    expect(of(16)).toContain('{\\tiny\\setlength')
  })

  it('shares what numbers leave among the texts, and breaks a long title', () => {
    const table: Table = {
      kind: 'table',
      label: 'trials',
      columns: [
        { title: 'Trial', numeric: true },
        { title: 'aMetricWithAVeryLongNameIndeed', numeric: true },
        { title: 'Why' },
      ],
      rows: [['1', '0.5', 'a long sentence '.repeat(20)]],
    }
    const latex = documentOf('Report', [table], 'en')
    const format = /\\begin\{longtable\}\{(.*)\}\n/.exec(latex)?.[1] ?? ''
    expect(format).toMatch(/^@\{\}r>\{\\raggedleft.*>\{\\raggedright.*@\{\}$/)
    const shares = [...format.matchAll(/p\{([\d.]+)/g)].map(([, share]) => Number(share))
    expect(shares).toHaveLength(2)
    const sum = shares.reduce((total, share) => total + share, 0)
    expect(sum).toBeGreaterThan(0.85)
    expect(sum).toBeLessThan(0.97)
  })

  it('keeps every line of a study file', () => {
    const latex = documentOf(
      'Report',
      [{ kind: 'code', label: 'file', text: 'space:\n  x: { float: [0, 1] }\n\nseed: 1\n' }],
      'en',
    )
    expect(latex).toContain('space:\n~~x: \\{ float: {[}0, 1{]} \\}\n~\nseed: 1\n\\end{quote}')
  })
})
