import { formatCount, formatNumber } from '../../../i18n/format-number.ts'
import type { Language } from '../../../i18n/language.ts'
import { englishMessages, type MessageKey } from './english.ts'
import { simplifiedChineseMessages } from './simplified-chinese.ts'

export type { MessageKey } from './english.ts'

export const messageCatalogs: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = {
  en: englishMessages,
  'zh-CN': simplifiedChineseMessages,
}

export type MessageValues = Readonly<Record<string, string | number>>

/** Text of a message with its placeholders filled; plain text, not yet escaped. */
export type Translate = (key: MessageKey, values?: MessageValues) => string

/** `{name}` or `{count|one word|several words}`. */
const placeholder = /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g

/**
 * Messages of one language. `{name}` is replaced by the value; `{count|trial|trials}` by the number
 * and the word that fits it. Whole numbers get separated thousands, others four digits.
 */
export function createTranslate(language: Language): Translate {
  const catalog = messageCatalogs[language]
  return (key, values = {}) =>
    catalog[key].replace(placeholder, (whole, name: string, one?: string, many?: string) => {
      const value = values[name]
      if (value === undefined) return whole
      const text =
        typeof value === 'string'
          ? value
          : Number.isInteger(value)
            ? formatCount(value)
            : formatNumber(value)
      return one === undefined ? text : `${text} ${value === 1 ? one : (many ?? '')}`
    })
}
