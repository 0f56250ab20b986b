import english from './en.json' with { type: 'json' }
import simplifiedChinese from './zh-CN.json' with { type: 'json' }
import type { Language } from './language.ts'
import type { MessageKey } from './message.ts'

/** Every text for people, by language and key, in the message format of ICU. A language is one file here and one row. */
export const catalogs: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = {
  en: english,
  'zh-CN': simplifiedChinese,
}
