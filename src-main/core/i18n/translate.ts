import { ownValue, setOwnValue } from '../values/named-values.ts'
import { IntlMessageFormat } from 'intl-messageformat'
import { catalogs } from './catalogs.ts'
import { formatCount, formatNumber } from './format-number.ts'
import type { Language } from './language.ts'
import type { Message, MessageKey, MessageValue, MessageValues } from './message.ts'
import { visibleText } from './visible-text.ts'

/**
 * Texts of one language. Called with a key it gives the text of the catalog; `format` gives the text of a message,
 * whose code may come from a database or another version.
 *
 * Numbers have four significant digits; `{count, number}` and `#` separate thousands. Lists are joined as the language
 * joins them. A `select` with a branch `none` stands for the absence of a value; any other placeholder without one is shown by
 * its name, `{count}`, and values that no placeholder takes follow: a text with a gap is better than no text. Characters
 * of a value that cannot be seen are made visible.
 */
export interface Translate {
  readonly language: Language
  (key: MessageKey, values?: MessageValues): string
  /** An unknown code is shown as it is, with its values. */
  readonly format: (message: Message) => string
  readonly has: (code: string) => code is MessageKey
}

const translates = new Map<Language, Translate>()

export function createTranslate(language: Language): Translate {
  const cached = translates.get(language)
  if (cached !== undefined) return cached
  const catalog: Readonly<Record<string, string>> = catalogs[language]
  const compiled = new Map<string, CompiledMessage>()
  const isJoined = language === 'zh-CN'

  const has = (code: string): code is MessageKey => Object.hasOwn(catalog, code)

  const format = (key: string, values: MessageValues): string => {
    let message = compiled.get(key)
    if (message === undefined) {
      message = compile(ownValue(catalog, key) ?? key, language)
      compiled.set(key, message)
    }
    if (message.plain !== null) return message.plain
    const texts: Record<string, string | number> = {}
    const missing: string[] = []
    for (const name of message.names) {
      const value = ownValue(values, name)
      if (value !== undefined && value !== null) setOwnValue(texts, name, show(value))
      else if (message.optional.has(name)) setOwnValue(texts, name, ABSENT)
      else {
        const placeholder = `{${name}}`
        setOwnValue(texts, name, placeholder)
        missing.push(placeholder)
      }
    }
    for (const name of isJoined ? message.joined : []) {
      const value = ownValue(texts, name)
      if (typeof value === 'string') setOwnValue(texts, asJoined(name), BEGIN + value + END)
      else if (value !== undefined) setOwnValue(texts, asJoined(name), value)
    }
    const formatted = String(message.format.format(texts))
    const text = isJoined ? withoutBlanks(formatted) : formatted
    // Nobody misses a value of a branch that was not taken. A plural shows a missing count as NaN, as a value may be.
    const isOwnNaN = Object.values(texts).some(value => String(value).includes('NaN'))
    const gap = missing.find(name => text.includes(name) || (!isOwnNaN && text.includes('NaN')))
    if (gap === undefined) return text
    reportGap(`${key}: no value for ${gap}`)
    // A message of a damaged database or another version: its values say more than the gap.
    const unusedValues = Object.entries(values).filter(([name]) => !message.names.has(name))
    return unusedValues.length === 0
      ? text
      : visibleText(`${text} ${JSON.stringify(Object.fromEntries(unusedValues))}`)
  }

  const show = (value: Exclude<MessageValue, null>): string | number => {
    if (typeof value === 'string') return visibleText(value)
    if (typeof value === 'boolean') return String(value)
    // Whole numbers stay numbers, for plurals.
    if (typeof value === 'number') return Number.isSafeInteger(value) ? value : formatNumber(value)
    if (!isList(value)) return formatMessage(value)
    const separator = value.some(part => typeof part === 'object')
      ? 'list.clauses'
      : 'list.separator'
    return value.map(part => String(show(part))).join(format(separator, {}))
  }

  const formatMessage = ({ code, values = {} }: Message): string => {
    if (has(code)) return format(code, values)
    const names = Object.keys(values)
    return visibleText(names.length === 0 ? code : `${code} ${JSON.stringify(values)}`)
  }

  const translate = Object.assign(
    (key: MessageKey, values: MessageValues = {}) => (has(key) ? format(key, values) : key),
    { language, format: formatMessage, has },
  )
  translates.set(language, translate)
  return translate
}

/** The branch of a `select` for a value that is not there: no text of a real value is the same. */
const ABSENT = '\0absent'

let reportGap: (gap: string) => void = () => undefined

/** Development and tests hear of every placeholder that is shown without a value. */
export function hearGaps(listener: (gap: string) => void): void {
  reportGap = listener
}

interface CompiledMessage {
  /** The whole text, where nothing in it is filled in. */
  readonly plain: string | null
  readonly format: IntlMessageFormat
  readonly names: ReadonlySet<string>
  /** Chinese: placeholders whose blanks go beside a Chinese value; the message takes them by {@link asJoined} as well. */
  readonly joined: ReadonlySet<string>
  /** Placeholders that may be absent: a `select` has a branch `none` for it. */
  readonly optional: ReadonlySet<string>
}

/** Numbers as everywhere else in the application, in place of `Intl.NumberFormat`. */
const numberFormat = {
  format: (value: unknown) =>
    typeof value !== 'number'
      ? String(value)
      : Number.isInteger(value)
        ? formatCount(value)
        : formatNumber(value),
} as Intl.NumberFormat

/** Making them takes longer than everything else about a text. */
const pluralRules = new Map<string, Intl.PluralRules>()

function pluralRulesOf(
  language: Language,
  options: Intl.PluralRulesOptions = {},
): Intl.PluralRules {
  const key = `${language} ${options.type ?? 'cardinal'}`
  const rules = pluralRules.get(key) ?? new Intl.PluralRules(language, options)
  pluralRules.set(key, rules)
  return rules
}

function compile(text: string, language: Language): CompiledMessage {
  const format = new IntlMessageFormat(text, language, undefined, {
    ignoreTag: true,
    formatters: {
      getNumberFormat: () => numberFormat,
      getDateTimeFormat: (...options) => new Intl.DateTimeFormat(...options),
      getPluralRules: (_, options) => pluralRulesOf(language, options),
    },
  })
  const { names, optional } = placeholdersOf(format)
  const plain = names.size === 0 ? String(format.format()) : null
  const joined = language === 'zh-CN' ? joinWords(format.getAst()) : new Set<string>()
  return { plain, format, names, optional, joined }
}

/**
 * Placeholders whose values are words of the program: Latin before they are translated (`trainLoss`), and by the rules of
 * Chinese type parted by blanks then; Chinese afterwards (训练损失), and parted by nothing. What a person named, a column or a
 * study, keeps its blanks, which tell it from the sentence.
 */
const WORDS: ReadonlySet<string> = new Set([
  'direction',
  'duration',
  'goal',
  'goals',
  'metric',
  'metrics',
  'time',
  'x',
  'y',
])
/** Around such a value, until its blanks are gone. In no text: visibleText() replaces them. */
const [BEGIN, END] = ['\u0001', '\u0002']
const HAN = String.raw`\p{Script=Han}`
const blankBefore = new RegExp(`(?<=${HAN}${END}?) (?=${BEGIN}${HAN})`, 'gu')
const blankBehind = new RegExp(`(?<=${HAN}${END}) (?=${HAN})`, 'gu')

/** The name by which a message takes the value with its marks; `select` takes the plain one. */
function asJoined(name: string): string {
  return `${name}${BEGIN}`
}

function joinWords(parts: Part[]): Set<string> {
  const joined = new Set<string>()
  const walk = (inner: Part[]): void => {
    for (const part of inner) {
      const name = String(part.value)
      if (part.type === ARGUMENT && WORDS.has(name)) {
        joined.add(name)
        part.value = asJoined(name)
      }
      for (const option of Object.values(part.options ?? {})) walk(option.value)
    }
  }
  walk(parts)
  return joined
}

function withoutBlanks(text: string): string {
  return text
    .replace(blankBefore, '')
    .replace(blankBehind, '')
    .replaceAll(BEGIN, '')
    .replaceAll(END, '')
}

/** The parts of a parsed message that this file looks at. */
interface Part {
  value?: unknown
  readonly type: number
  readonly options?: Record<string, { readonly value: Part[] }>
}

/** The kind of a part that is a placeholder alone. */
const ARGUMENT = 1

/** Parts that are a literal text (0) or the `#` of a plural (7) take no value of their own. */
const VALUELESS: readonly number[] = [0, 7]

/** Every name that a message takes, and those that it can do without. */
export function placeholders(text: string): {
  readonly names: ReadonlySet<string>
  readonly optional: ReadonlySet<string>
} {
  return placeholdersOf(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }))
}

function placeholdersOf(format: IntlMessageFormat): {
  names: Set<string>
  optional: Set<string>
} {
  const names = new Set<string>()
  const optional = new Set<string>()
  const walk = (parts: readonly Part[]): void => {
    for (const { type, value, options } of parts) {
      if (VALUELESS.includes(type)) continue
      const name = String(value)
      names.add(name)
      if (options === undefined) continue
      if (options['none'] !== undefined) {
        optional.add(name)
        options[ABSENT] = options['none']
        // Beside other branches it is a value like them; alone, the word `none` is a value like any other.
        if (Object.keys(options).length === 3) delete options['none']
      }
      for (const option of Object.values(options)) walk(option.value)
    }
  }
  walk(format.getAst())
  return { names, optional }
}

function isList(
  value: Message | readonly unknown[],
): value is readonly (string | number | boolean | Message)[] {
  return Array.isArray(value)
}
