import type { Buffer } from 'node:buffer'
import type { Locator, Page } from '@playwright/test'
import type { Language } from '../../src-main/core/i18n/language.ts'
import type { Translate } from '../../src-main/core/i18n/translate.ts'

/** How a page looks. */
export interface Appearance {
  readonly language: Language
  readonly theme: 'light' | 'dark'
}

/** Changes both without loading anew: the language as if another window of the application had chosen it, the theme with the system's. */
export async function applyAppearance(page: Page, { language, theme }: Appearance): Promise<void> {
  await page.evaluate(newValue => {
    const change = { key: 'tunewright.language', newValue, storageArea: localStorage }
    localStorage.setItem(change.key, newValue)
    dispatchEvent(new StorageEvent('storage', change))
  }, language)
  await page.emulateMedia({ colorScheme: theme })
  await page.locator(`html[lang=${language}]`).waitFor()
  await page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor()
}

/** What an interaction has at hand. */
export interface Drive {
  readonly page: Page
  readonly t: Translate
  readonly width: number
  go(hash: string): Promise<void>
  id(study: string): number
  /** The file that a press offers. */
  saved(press: Locator): Promise<{ readonly name: string; readonly bytes: Buffer }>
}

/** Something that a person does, and what has to come of it. */
export interface Interaction {
  readonly name: string
  drive(on: Drive): Promise<void>
}
