import type { Locator, Page } from '@playwright/test'

/** The button of all that can be done with the study that is shown, beside what comes next. */
export function studyMenu(page: Page): Locator {
  return page.locator('main header button', { hasText: '⋯' })
}

/** Takes something from that menu. */
export async function fromStudyMenu(page: Page, name: string | RegExp): Promise<void> {
  await studyMenu(page).click()
  await page.getByRole('menuitem', { name }).click()
}
