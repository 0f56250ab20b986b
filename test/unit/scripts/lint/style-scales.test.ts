import { Linter } from 'eslint'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { plainText, styleScales } from '../../../../scripts/lint/style-scales.js'

const tokens = path.resolve(import.meta.dirname, '../../../../src-renderer/styles/tokens.css')

function problemsOf(text: string, filename = 'a.css'): string[] {
  const messages = new Linter().verify(
    text,
    [
      {
        files: ['**/*.{ts,vue,css}'],
        languageOptions: { parser: plainText },
        plugins: { styles: { rules: { 'style-scales': styleScales } } },
        rules: { 'styles/style-scales': ['error', { tokens }] },
      },
    ],
    { filename },
  )
  return messages.map(({ line, messageId }) => `${line} ${messageId}`)
}

describe('spaces', () => {
  it.each([
    'gap: 6px;',
    'margin: 0 0 0.4em;',
    'padding-left: calc(1px + var(--space-1));',
    ':style="{ paddingLeft: `${3 * depth}px` }"',
    "{ padding: '6px 8px' }",
  ])('have no length of their own: %s', text => {
    expect(problemsOf(text)).toEqual(['1 space'])
  })

  it('are names of the scale, calculated or not, or of others', () => {
    const value = 'margin: 0 auto calc(-1 * var(--space-1)) var(--dock, 0px);'
    expect(problemsOf(`a {\n  ${value}\n}`)).toEqual([])
    expect(problemsOf('a {\n  gap: var(--space-7);\n}')).toEqual(['2 unknown'])
  })

  it('of rows out of sight are their height', () => {
    expect(problemsOf(':style="{ paddingTop: `${getVirtualItems()[0].start}px` }"')).toEqual([])
  })
})

describe('sizes of type', () => {
  it('are names of the scale in sheets and components', () => {
    expect(problemsOf('a {\n  font: 600 14px/1.4 var(--family);\n}')).toEqual(['2 size'])
    expect(problemsOf('font-size: 0.9rem;', 'a.vue')).toEqual(['1 size'])
    expect(problemsOf('font: 600 var(--font-small) / 1.4 var(--family);')).toEqual([])
    expect(problemsOf('font-size: var(--font-huge);')).toEqual(['1 unknown'])
  })

  it('are free where a script paints', () => {
    expect(problemsOf("const style = { font: '12px sans-serif' }", 'a.ts')).toEqual([])
  })
})

it('goes up in steps of 4 pixels, all in rem', () => {
  const sheet = ':root {\n  --space-2: 0.5rem;\n  --font-base: 0.875rem;\n}'
  expect(problemsOf(sheet, 'tokens.css')).toEqual([])
  expect(problemsOf(sheet.replace('0.5rem', '8px'), 'tokens.css')).toEqual(['2 step'])
  expect(problemsOf(sheet.replace('0.875rem', '14px'), 'tokens.css')).toEqual(['3 rem'])
})
