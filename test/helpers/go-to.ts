import type { Page } from '@playwright/test'

/** Goes to an address of the application. One that is set before its first view is shown would be lost. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.locator('main > :not(.offline)').first().waitFor({ state: 'attached' })
  await page.evaluate(target => {
    location.hash = target
  }, hash)
}
