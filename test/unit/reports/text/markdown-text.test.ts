import { describe, expect, it } from 'vitest'
import {
  markdownCellCode,
  markdownCode,
  markdownText,
} from '../../../../src-main/reports/text/markdown-text.ts'
import { renderMarkdown } from '../../../../src-main/reports/text/render-markdown.ts'

describe('text in Markdown', () => {
  it('leaves no bar in a cell, also behind a backslash', () => {
    for (const text of ['a|b', 'a\\|b', 'a\\\\|<img src=x>', '|']) {
      expect(markdownText(text)).not.toContain('|')
      expect(markdownCellCode(text)).not.toContain('|')
    }
    expect(markdownText('a\\|b')).toBe('a\\\\&#124;b')
    expect(markdownCellCode('a\\b')).toBe('`a\\b`')
    const cell = { text: 'a\\|b', kind: 'code' } as const
    const table = { kind: 'table', columns: [{ title: 'x | y' }], rows: [[cell]] } as const
    const report = {
      language: 'en',
      study: { name: 's' },
      sections: [{ heading: 'h', blocks: [table] }],
    } as never
    const rows = renderMarkdown(report)
      .split('\n')
      .filter(line => line.startsWith('|'))
    expect(rows).toEqual(['| x &#124; y |', '| --- |', '| a\\\\&#124;b |'])
  })

  it('makes no links of addresses and no characters of entities', () => {
    expect(markdownText('https://a.example WWW.b.example')).toBe(
      'https&#58;//a.example WWW&#46;b.example',
    )
    expect(markdownText('&lt;b&gt; &#60; & c')).toBe('\\&lt;b\\&gt; \\&\\#60; & c')
  })

  it('ends code with more backticks than it holds', () => {
    expect(markdownCode('a```b')).toBe('````a```b````')
    expect(markdownCode('`')).toBe('`` ` ``')
    expect(markdownCode('a\n\nb')).toBe('`a b`')
  })
})
