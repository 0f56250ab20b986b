/** Languages of everything that a person reads. */
export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** The language of a POSIX locale (`zh_CN.UTF-8`), of a BCP 47 tag, or English. */
export function languageOf(locale: string | undefined): Language {
  return locale !== undefined && /^zh\b|^zh[_-]/i.test(locale) ? 'zh-CN' : 'en'
}
