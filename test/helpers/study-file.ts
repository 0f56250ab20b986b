import type { Locator, Page } from '@playwright/test'
import { createTranslate, type Translate } from '../../src-main/core/i18n/translate.ts'

/** The study file on the page for new studies, as a field that is opened when it is first needed. */
export interface StudyFileField {
  fill(text: string): Promise<void>
  /** All of it; the editor draws only the lines in view. */
  inputValue(): Promise<string>
  box(): Promise<Locator>
}

export function studyFile(page: Page, t: Translate = createTranslate('en')): StudyFileField {
  async function box(): Promise<Locator> {
    const field = page.getByRole('textbox', { name: t('newStudy.file') })
    const button = page.getByRole('button', { name: t('newStudy.editFile'), exact: true })
    await button.waitFor()
    if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click()
    await field.waitFor()
    return field
  }
  async function all(): Promise<Locator> {
    const field = await box()
    await field.focus()
    await page.keyboard.press('ControlOrMeta+a')
    return field
  }
  return {
    box,
    async fill(text) {
      await all()
      await page.keyboard.insertText(text)
    },
    async inputValue() {
      const field = await all()
      return field.evaluate(element => {
        const clipboardData = new DataTransfer()
        const options = { clipboardData, bubbles: true, cancelable: true, composed: true }
        element.dispatchEvent(new ClipboardEvent('copy', options))
        return clipboardData.getData('text/plain')
      })
    },
  }
}
