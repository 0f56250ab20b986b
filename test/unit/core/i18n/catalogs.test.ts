import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogs } from '../../../../src-main/core/i18n/catalogs.ts'
import { languages } from '../../../../src-main/core/i18n/language.ts'
import {
  createTranslate,
  hearGaps,
  placeholders,
} from '../../../../src-main/core/i18n/translate.ts'

const english: Readonly<Record<string, string>> = catalogs.en

describe.each(languages)('the catalog %s', language => {
  const catalog: Readonly<Record<string, string>> = catalogs[language]

  it('has the keys of the English one, sorted', () => {
    expect(Object.keys(catalog)).toEqual(Object.keys(english).toSorted())
  })

  it('asks for no style of numbers: they are written alike everywhere, so a percent would be a share', () => {
    const styled = Object.entries(catalog).filter(([, text]) => /, number, \w/u.test(text))
    expect(styled).toEqual([])
  })

  it('parses, and takes the values that the English one takes', () => {
    for (const [key, text] of Object.entries(catalog)) {
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
    expect(en('chart.outside', { count: 1 })).toMatch(/^1 value lies/)
    expect(en('chart.outside', { count: 12_345 })).toMatch(/^12,345 values lie/)
    expect(zh('chart.outside', { count: 12_345 })).toMatch(/^12,345 个/)
  })

  it('joins lists and says messages inside of messages', () => {
    expect(zh('verbatim', { text: ['a', 'b'] })).toBe('a、b')
    expect(en('verbatim', { text: { code: 'verbatim', values: { text: 'inside' } } })).toBe(
      'inside',
    )
    expect(en('verbatim', { text: [{ code: 'state.complete' }, { code: 'state.failed' }] })).toBe(
      'complete; failed',
    )
  })

  it('shows four significant digits of numbers that are not whole', () => {
    expect(en('verbatim', { text: 0.123456 })).toBe('0.1235')
  })

  it('shows an unknown code instead of nothing', () => {
    expect(en.format({ code: 'future.code' })).toBe('future.code')
    expect(en.format({ code: 'future.code', values: { step: 3 } })).toBe('future.code {"step":3}')
  })

  it('shows the name of a placeholder that has no value, and tells of it', () => {
    const gaps: string[] = []
    hearGaps(gap => gaps.push(gap))
    expect(en('report.note.showing', { shown: 3 })).toBe('Showing 3 of {count}.')
    expect(zh('chart.outside')).toMatch(/个值/)
    expect(gaps).toEqual([
      'report.note.showing: no value for {count}',
      'chart.outside: no value for {count}',
    ])
  })

  it('shows the values of a message that its text has no place for', () => {
    hearGaps(() => undefined)
    const damaged = { code: 'verbatim', values: { texô: 'above the \u202Emedian' } }
    expect(en.format(damaged)).toBe('{text} {"texô":"above the <U+202E>median"}')
    expect(en.format({ code: 'verbatim', values: { text: 'whole', more: 1 } })).toBe('whole')
  })

  it('misses nothing in a branch that was not taken, whatever else the text says', () => {
    const gaps: string[] = []
    hearGaps(gap => gaps.push(gap))
    const values = { number: Number.NaN, outcome: 'identical', compared: 2 }
    expect(en('cli.verified.training', values)).toBe('Trial NaN: identical, 2 values compared.')
    expect(gaps).toEqual([])
  })

  it('tells the word none from no value', () => {
    expect(en('cli.trialUnsuspended', { number: 1 })).toBe('Trial 1 goes on next.')
    expect(en('cli.trialUnsuspended', { number: 1, command: 'none' })).toBe(
      'Trial 1 goes on with: none',
    )
  })
})

it('every text is used', () => {
  const root = path.join(import.meta.dirname, '../../../..')
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
  const source = globSync('src-*/**/*.{ts,vue}', { cwd: root }).map(read).join('\n')
  const quoted = new Set(
    [...source.matchAll(/['"`]([\w-]+(?:\.[\w-]+)*)['"`]/g)].map(([, key]) => key),
  )
  // `state.${state}` uses every key that fits.
  const patterns = [...source.matchAll(/`([\w-]+\.(?:[\w.-]|\$\{[^}`]*\})*)`/g)]
    .filter(([, text = '']) => text.includes('${'))
    .map(([, text = '']) => text.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '.+'))
    .map(text => new RegExp(`^${text}$`))
  // Written by `npm run docs:tasks` from the texts of these two areas.
  const docs = read('docs/tasks.md')
  const isInDocs = (key: string, text: string): boolean =>
    /^(hyperparameter|metric)\./.test(key) && docs.includes(text)
  const unused = Object.entries(english).filter(
    ([key, text]) =>
      !quoted.has(key) && !patterns.some(pattern => pattern.test(key)) && !isInDocs(key, text),
  )
  expect(unused.map(([key]) => key)).toEqual([])
})
