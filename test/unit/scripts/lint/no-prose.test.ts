import { Linter } from 'eslint'
import { describe, expect, it } from 'vitest'
import { isProse, noProse } from '../../../../scripts/lint/no-prose.js'

describe('a sentence', () => {
  it.each([
    'must be a number',
    'No trial is complete.',
    'the value at ${} is NaN',
    '“Three words here”',
  ])('is found: %s', text => {
    expect(isProse(text)).toBe(true)
  })

  it.each([
    'two words',
    'SELECT name FROM studies',
    'src-main/core/i18n/en.json',
    'rows=3 columns=4 x9',
    'x+y = z',
  ])('is not: %s', text => {
    expect(isProse(text)).toBe(false)
  })

  it('is found in literals and templates, but not in imports, broken invariants and names of random streams', () => {
    const code = [
      "import 'a module of three'",
      "const first = 'must be a number'",
      'const second = `must be at most ${first}`',
      "throw new Error('this can never happen here')",
      "createRandomStream({ seed, number, purpose: 'point of nobody yet' })",
      "const methodCitations = { de: 'Differential evolution in theory' }",
      "const definition = { citation: 'Differential evolution in theory' }",
      "const refreshPolicy = () => { say('Nothing is exempt in here') }",
    ].join('\n')
    const messages = new Linter().verify(code, {
      plugins: { prose: { rules: { 'no-prose': noProse } } },
      rules: { 'prose/no-prose': 'error' },
    })
    expect(messages.map(({ line }) => line)).toEqual([2, 3, 8])
  })
})
