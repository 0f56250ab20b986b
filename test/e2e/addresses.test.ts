import type { Locator, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { findChromium } from '../helpers/chromium.ts'
import { kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'

const executable = findChromium()
if (executable === null) console.warn('addresses.test.ts is skipped: no chromium on PATH')

/** The list whose field has this name, with what it has chosen. */
function list(name: string, text: string): (page: Page) => Locator {
  return page =>
    page
      .locator('.el-select', { has: page.getByRole('combobox', { name, exact: true }) })
      .filter({ hasText: text })
}
const ticked = (name: string) => (page: Page) => page.getByRole('checkbox', { name, checked: true })
const picked = (name: string) => (page: Page) => page.getByRole('radio', { name, checked: true })

/** Rows of these studies alone. */
const only =
  (visible: string, hidden: string) =>
  (page: Page): Locator => {
    const link = (name: string): Locator => page.getByRole('link', { name, exact: true })
    return page.locator('.el-table__body', { has: link(visible), hasNot: link(hidden) })
  }

/** An address, and what its page then shows; none is of the page before it, so that each is opened anew. */
const choices: readonly (readonly [string, ...((page: Page) => Locator)[]])[] = [
  ['#/studies?search=goals', only('goals', 'pruned')],
  ['#/studies/1/analysis/importance?method=all', list('Method', 'all methods')],
  ['#/studies?state=finished', page => page.getByRole('button', { pressed: true })],
  [
    '#/studies/1/analysis/progress?by=epochs&logX=true',
    list('Horizontal axis', 'epochs or rounds in total'),
    ticked('Log x-axis'),
  ],
  [
    '#/studies/1/analysis/pairs?pairs=contour&parameters=["rate","units"]',
    picked('Contours'),
    list('Parameters', 'units'),
  ],
  ['#/studies/1/analysis/dependence?parameter=kind', list('Parameter', 'kind')],
  [
    '#/studies/1/trials?filter=state:pruned&sort=-value.0',
    page => page.locator('[aria-sort=descending]', { hasText: 'loss' }),
    page => page.getByText('showing 26 of 40'),
  ],
  ['#/studies/1/parallel?best=30', list('Only the best', 'the best 30')],
  [
    '#/compare?studies=1,2&grouping=each&shortest=true',
    picked('Each by itself'),
    ticked('Equal budgets'),
  ],
]

describe.skipIf(executable === null)('an address', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '', database => {
      seedStudies(database, [kindsOfStudies.pruned, kindsOfStudies.goals])
    })
  })
  afterAll(async () => {
    await application?.end()
  })

  it('has what is chosen, also when the page is loaded anew', { timeout: 240_000 }, async () => {
    const { page, go } = application
    for (const [hash, ...visibleParts] of choices) {
      await go(hash)
      for (const part of visibleParts) await part(page).first().waitFor({ state: 'attached' })
      await page.reload()
      for (const part of visibleParts) await part(page).first().waitFor({ state: 'attached' })
      expect(decodeURIComponent(new URL(page.url()).hash), hash).toBe(hash)
    }
  })

  it('does not take what was typed last to the page after it', async () => {
    const { page, go } = application
    await go('#/studies')
    await page.locator('[data-search] input, input[data-search]').first().fill('goals')
    await page.getByRole('link', { name: 'pruned', exact: true }).waitFor({ state: 'detached' })
    await go('#/engines')
    await page.getByRole('heading', { level: 1, name: 'Engines' }).waitFor()
    await go('#/studies')
    await page.getByRole('link', { name: 'pruned', exact: true }).waitFor()
    // Longer than typing waits for.
    await page.waitForTimeout(400)
    expect(new URL(page.url()).hash).toBe('#/studies')
    expect(await page.getByRole('link', { name: 'pruned', exact: true }).count()).toBe(1)
  })

  it('follows a choice, and forgets the usual one', async () => {
    const { page, go } = application
    await go('#/studies/1/analysis/pairs')
    const hash = (): string => decodeURIComponent(new URL(page.url()).hash)
    await page.locator('label', { hasText: 'Contours' }).click()
    await expect.poll(hash).toBe('#/studies/1/analysis/pairs?pairs=contour')
    // Another tab keeps it for the way back.
    await page.getByRole('tab', { name: 'Trials' }).click()
    await page.goBack()
    await picked('Contours')(page).waitFor()
    await page.locator('label', { hasText: 'Ranks' }).click()
    await expect.poll(hash).toBe('#/studies/1/analysis/pairs')
    expect(application.complaints).toEqual([])
  })
})
