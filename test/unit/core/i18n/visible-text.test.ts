import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { visibleJson, visibleText } from '../../../../src-main/core/i18n/visible-text.ts'

const hostile =
  'a\u202Eb\u2066c\u200Bd\u00ADe\u001B[2Jf\u0007g\u009Bh\u{E0041}i\u3164j\u2028k\uD800l'

describe('text of others', () => {
  it('shows what would steer, turn or hide it', () => {
    expect(visibleText(hostile)).toBe(
      'a<U+202E>b<U+2066>c<U+200B>d<U+00AD>e␛[2Jf\\x07g\\x9bh<U+E0041>i<U+3164>j<U+2028>k\uFFFDl',
    )
    expect(visibleText('x\u200Dy r\u200Cs')).toBe('x<U+200D>y r<U+200C>s')
    expect(visibleText('progress\rover it')).toBe('progress\\x0dover it')
  })

  it('stays as it is where nothing is hidden', () => {
    for (const text of [
      '学习率 ≤ 0.1',
      'a\tb\nc\r\nd',
      '👩‍💻 ❤️ 👍🏽',
      'می‌خواهم',
      'क्‍ष',
      'é e\u0301',
      'עברית',
    ]) {
      expect(visibleText(text)).toBe(text)
    }
  })

  it('holds nothing hidden afterwards, and is not changed again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const visible = visibleText(text)
        expect(visible).not.toMatch(/(?![\n\t]|\r\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
        expect(visibleText(visible)).toBe(visible)
        expect(JSON.parse(visibleJson(JSON.stringify(text)))).toBe(text)
      }),
    )
  })

  it('shows thirty combining marks in a row, and how many there are', () => {
    const marks = '\u0301'.repeat(30)
    expect(visibleText(`a${marks}b`)).toBe(`a${marks}b`)
    const many = visibleText(`a${'\u0301'.repeat(1_000)}b`)
    expect(many).toBe(`a${marks}<U+0301×970>b`)
    expect(visibleText(many)).toBe(many)
  })

  it('is made visible in every sentence that it fills', () => {
    const t = createTranslate('en')
    expect(t('cli.trusted', { command: hostile })).toBe(`Trusted: ${visibleText(hostile)}`)
    expect(t.format({ code: 'from.elsewhere', values: { name: '\u202E' } })).toContain('<U+202E>')
  })
})
