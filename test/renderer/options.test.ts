import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src-main/core/values/json.ts'
import type { Language } from '../../src-main/core/i18n/language.ts'
import { fieldsOf } from '../../src-renderer/features/options/option-fields.ts'
import OptionsForm from '../../src-renderer/features/options/OptionsForm.vue'
import { mountPart, t, zh } from './mount.ts'

const kindOf = (
  name: string,
  properties: JsonObject = {},
  required: string[] = [],
): JsonObject => ({
  type: 'object',
  properties: { kind: { const: name }, ...properties },
  required: ['kind', ...required],
})
const schema: JsonObject = {
  type: 'object',
  required: ['path', 'source'],
  properties: {
    path: { type: 'string' },
    fast: { type: 'boolean', default: false },
    mode: { enum: ['a', 'b'], default: 'a' },
    count: { type: 'integer', description: 'option.checkpoint.checkpoint' },
    anything: {},
    group: { type: 'object', properties: { depth: { type: 'number' }, wide: { type: 'number' } } },
    source: {
      anyOf: [
        { const: 'auto' },
        { type: 'string' },
        kindOf('files', { file: { type: 'string' }, limit: { type: 'number' } }, ['file']),
      ],
    },
    list: {
      type: 'array',
      items: { anyOf: [kindOf('one', { x: { type: 'number' } }), kindOf('two')] },
    },
  },
}
const fields = fieldsOf(schema)
const form = (
  modelValue: Readonly<Record<string, unknown>> = {},
  change: { fields?: typeof fields; language?: Language } = {},
) =>
  mountPart(OptionsForm, {
    props: { fields: change.fields ?? fields, path: 'study', modelValue },
    language: change.language ?? 'en',
  })

describe('a form of options', () => {
  it('leaves out what is not set, and keeps the place of what is', async () => {
    const part = form({ count: 3, mode: 'b' })
    await part.choose('study: fast', 'true')
    await part.type('study: count', '12')
    expect(Object.entries(part.model<object>())).toEqual([
      ['count', 12],
      ['mode', 'b'],
      ['fast', true],
    ])
    await part.choose('study: mode', '')
    await part.choose('study: fast', '')
    await part.type('study: count', '')
    expect(part.model()).toEqual({})
  })

  it('says what holds where nothing is set: a default, that it is chosen, or that it must be', () => {
    const placeholder = (name: string, part: ReturnType<typeof form>) =>
      part.field(`study: ${name}`).attributes('placeholder')
    const part = form()
    expect(placeholder('path', part)).toBe(t('options.required'))
    expect(placeholder('count', part)).toBe(t('options.automatic'))
    const chinese = form({}, { language: 'zh-CN' })
    expect(placeholder('path', chinese)).toBe(zh('options.required'))
    expect(chinese.text()).toContain(zh('option.checkpoint.checkpoint'))
  })

  it('shows as code what its help has between backticks', () => {
    const code = 'option.column.type'
    const named = fieldsOf({
      type: 'object',
      properties: { type: { type: 'string', description: code } },
    })
    const help = form({}, { fields: named }).wrapper.find('.help')
    expect(help.text()).toBe(t(code).replaceAll('`', ''))
    expect(help.findAll('code').map(element => element.text())).toEqual([
      'number',
      'time',
      'boolean',
      'category',
    ])
  })

  it('keeps an empty text where one is required', async () => {
    const part = form({ path: 'x' })
    await part.type('study: path', '')
    expect(part.model()).toEqual({ path: '' })
  })

  it('reads YAML as it is typed, without changing what stands in the field', async () => {
    const part = form()
    await part.type('study: anything', '[1, two')
    expect(part.model()).toEqual({ anything: '[1, two' })
    await part.type('study: anything', '[1, two,  {a: 3}]')
    expect(part.model()).toEqual({ anything: [1, 'two', { a: 3 }] })
    expect(part.value('study: anything')).toBe('[1, two,  {a: 3}]')
    await part.give({ anything: 'another' })
    expect(part.value('study: anything')).toBe('another')
  })

  it('says what is set within a group; an empty group is none', async () => {
    const part = form()
    const summary = () => part.wrapper.find('summary').text()
    expect(summary()).toBe('2 settings')
    await part.type('study: group: depth', '4')
    expect(part.model()).toEqual({ group: { depth: 4 } })
    expect(summary()).toBe('1 changed: depth = 4')
    await part.type('study: group: depth', '')
    expect(part.model()).toEqual({})
  })
})

describe('one of several kinds', () => {
  it('starts another kind from its own beginning, with the fields that it has', async () => {
    const part = form()
    expect(part.options('study: source')).toEqual([0, 1, 2])
    await part.choose('study: source', 2)
    expect(part.model()).toEqual({ source: { kind: 'files', file: '' } })
    await part.type('study: source files: file', 'a.csv')
    await part.type('study: source files: limit', '5')
    expect(part.model()).toEqual({ source: { kind: 'files', file: 'a.csv', limit: 5 } })
    await part.choose('study: source', 1)
    await part.type('study: source text', 'mnist')
    expect(part.model()).toEqual({ source: 'mnist' })
    await part.choose('study: source', 0)
    expect(part.model()).toEqual({ source: 'auto' })
  })

  it('is none where it may be left out', async () => {
    const free = fieldsOf({ ...schema, required: [] })
    const part = form({ source: { kind: 'files', file: 'a' } }, { fields: free })
    expect(part.chosen('study: source')).toBe(2)
    await part.choose('study: source', '')
    expect(part.model()).toEqual({})
    expect(part.chosen('study: source')).toBe('')
  })

  it('shows no kind for what is none of them', () => {
    const part = form({ source: { kind: 'unheard' } })
    expect(part.chosen('study: source')).toBe('')
    expect(part.wrapper.findAll('[aria-label^="study: source "]')).toEqual([])
  })
})

describe('a list of several kinds', () => {
  it('grows, changes one of them, and loses the one that becomes none', async () => {
    const part = form()
    await part.press(t('options.add'))
    await part.press(t('options.add'))
    await part.choose('study: list 2', 1)
    await part.type('study: list 1 one: x', '3')
    expect(part.model()).toEqual({ list: [{ kind: 'one', x: 3 }, { kind: 'two' }] })
    await part.choose('study: list 1', '')
    expect(part.model()).toEqual({ list: [{ kind: 'two' }] })
    await part.choose('study: list 1', '')
    expect(part.model()).toEqual({})
  })

  it('speaks the language of the page', async () => {
    const part = form({}, { language: 'zh-CN' })
    await part.press(zh('options.add'))
    expect(part.model()).toEqual({ list: [{ kind: 'one' }] })
  })
})
