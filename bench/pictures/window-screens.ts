import type { Page } from '@playwright/test'
import { goTo } from '../../test/helpers/go-to.ts'
import type { Album } from './album.ts'

/** Takes what lies above every screen: command palette, shortcuts, notifications. */
export async function takeWindowScreens(page: Page, album: Album): Promise<void> {
  // With something to tell: what a person did, and its way back.
  await goTo(page, '#/studies')
  await page.getByRole('button', { name: 'Actions for branin' }).click()
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  for (const [picture, open, name] of [
    [
      'notifications',
      () => page.getByRole('button', { name: 'Notifications' }).click(),
      'Notifications',
    ],
    ['shortcuts', () => page.keyboard.press('?'), 'Keyboard shortcuts'],
    ['command-palette', () => page.keyboard.press('Control+k'), 'Command palette'],
  ] as const) {
    await open()
    const dialog = page.getByRole('dialog', { name })
    await dialog.waitFor()
    if (picture === 'command-palette') await dialog.getByRole('combobox').fill('peng')
    await album.take(picture)
    if (picture === 'notifications') {
      await dialog.getByRole('button', { name: 'Undo', exact: true }).first().click()
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  }
}

/** Takes the comparison of groups of studies and what it says of them. */
export async function takeComparison(
  page: Page,
  album: Album,
  studies: readonly number[],
): Promise<void> {
  await goTo(page, `#/compare?studies=${studies.join(',')}`)
  await page.getByRole('region', { name: 'Verdict' }).waitFor()
  await page
    .getByRole('region', { name: 'Best so far' })
    .getByRole('combobox', { name: 'Axis of values' })
    // What is chosen lies above the field.
    .click({ force: true })
  await page.getByRole('option', { name: 'Log axis' }).click()
  await album.takeWhole('compare')
}
