import { createI18n } from 'vue-i18n'
import type { Language } from '../../src-main/i18n/language.ts'
import { languageOf } from '../../src-main/i18n/language.ts'
import { en } from './en.ts'
import type { Messages } from './messages.ts'
import { zhCn } from './zh-cn.ts'

/** The language that the user's system asks for. */
export function systemLanguage(): Language {
  return languageOf(navigator.language)
}

export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: systemLanguage(),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCn },
})
