import { describe, expect, it } from 'vitest'
import { catalogues } from '../../../src-main/i18n/catalogues.ts'
import { languages } from '../../../src-main/i18n/language.ts'
import { createTranslate, placeholders } from '../../../src-main/i18n/translate.ts'

const english: Readonly<Record<string, string>> = catalogues.en

describe.each(languages)('the catalogue %s', language => {
  const catalogue: Readonly<Record<string, string>> = catalogues[language]

  it('has the keys of the English one, sorted', () => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(english).toSorted())
  })

  it('parses, and takes the values that the English one takes', () => {
    for (const [key, text] of Object.entries(catalogue)) {
      const { names, optional } = placeholders(text)
      const reference = placeholders(english[key] ?? '')
      for (const name of names) expect(reference.names, `${key}: {${name}}`).toContain(name)
      for (const name of reference.names) {
        if (!reference.optional.has(name)) expect(names, `${key}: {${name}}`).toContain(name)
      }
      for (const name of reference.optional) {
        if (names.has(name)) expect(optional, `${key}: {${name}}`).toContain(name)
      }
    }
  })
})

describe('createTranslate', () => {
  const en = createTranslate('en')
  const zh = createTranslate('zh-CN')

  it('fills in texts, numbers and plurals', () => {
    expect(en('report.note.showing', { shown: 3, count: 10 })).toBe('Showing 3 of 10.')
    expect(en('report.note.outside', { count: 1 })).toMatch(/^1 trial lies/)
    expect(en('report.note.outside', { count: 12_345 })).toMatch(/^12,345 trials lie/)
    expect(zh('report.note.outside', { count: 12_345 })).toMatch(/^12,345 个试验/)
  })

  it('joins lists and says messages inside of messages', () => {
    expect(zh('legacy', { text: ['a', 'b'] })).toBe('a、b')
    expect(en('legacy', { text: { code: 'legacy', values: { text: 'inside' } } })).toBe('inside')
    expect(en('legacy', { text: [{ code: 'state.complete' }, { code: 'state.failed' }] })).toBe(
      'complete; failed',
    )
  })

  it('shows four significant digits of numbers that are not whole', () => {
    expect(en('legacy', { text: 0.123456 })).toBe('0.1235')
  })

  it('shows an unknown code instead of nothing', () => {
    expect(en.say({ code: 'future.code' })).toBe('future.code')
    expect(en.say({ code: 'future.code', values: { step: 3 } })).toBe('future.code {"step":3}')
  })

  it('refuses to leave a placeholder empty', () => {
    expect(() => en('report.note.showing', { shown: 3 })).toThrow(/count/)
  })
})
