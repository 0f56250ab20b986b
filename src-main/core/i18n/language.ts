/** Languages of everything that a person reads. */
export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** The locales that mean a language. English is for all that no row takes. */
const locales: Readonly<Partial<Record<Language, RegExp>>> = {
  'zh-CN': /^zh(?![a-z])/i,
}

/** The language of a POSIX locale (`zh_CN.UTF-8`), of a BCP 47 tag, or English. */
export function languageOf(locale: string | undefined): Language {
  return languages.find(language => locales[language]?.test(locale ?? '')) ?? 'en'
}
