import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Locator } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('messy-table.test.ts is skipped: no chromium on PATH')
const LONGEST_MS = 240_000
const MAX_PRESSES = 4
const ROWS = 2_000

/** Houses as people list them: keys, addresses, dates in two forms, words and blanks among numbers, rows without a price. */
function listings(): string {
  const cities = ['Berlin', 'berlin', 'Hamburg', 'München', 'Köln']
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const area = 30 + ((row * 37) % 170) + ((row * 13) % 10) / 10
    const spaces = 1 + ((row * 11) % 7)
    const [day, month] = [1 + ((row * 5) % 28), 1 + ((row * 3) % 12)].map(part =>
      String(part).padStart(2, '0'),
    )
    const year = 2019 + (row % 6)
    const date = row % 40 === 7 ? `${year}-${month}-${day}` : `${day}.${month}.${year}`
    const euros = (area * 4_200 + spaces * 8_000 + ((row * 7_919) % 60_000)).toLocaleString(
      'en-US',
      {
        minimumFractionDigits: 2,
        maximumFractionDigits: 2,
      },
    )
    return [
      `L-${100_000 + row}`,
      `agent${(row * 17) % 60}@homes.example`,
      date,
      cities[(row * 7) % 5],
      row % 23 === 3 ? '' : area.toFixed(1),
      row % 31 === 4 ? '-' : spaces,
      'DE',
      row % 133 === 5 ? '' : `"${euros}"`,
    ].join(',')
  })
  return `listing id,e-mail,listed on,city,area,spaces,country,price\n${rows.join('\n')}\n`
}

describe.skipIf(executable === null)('a messy table of a person', () => {
  let application: Application
  let presses = 0
  async function press(target: Locator): Promise<void> {
    presses++
    await target.click()
  }
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    writeFileSync(path.join(application.folder, 'listings.csv'), listings())
  })
  afterAll(async () => {
    await application?.end()
  })

  it(
    'runs its first trial after four presses, and says what it leaves out',
    { timeout: LONGEST_MS },
    async () => {
      const { page, folder } = application
      await press(page.getByRole('button', { name: 'Choose data …' }))
      const chooser = page.waitForEvent('filechooser')
      await press(page.locator('button', { hasText: 'Choose a file …' }))
      await (await chooser).setFiles(path.join(folder, 'listings.csv'))
      const target = page.getByRole('radio', { name: 'price: Target' })
      await target.waitFor()
      const row = (name: string): Locator =>
        page.locator('tr', { has: page.getByRole('rowheader', { name, exact: true }) })
      await row('listing id').getByText('Looks like an ID.').waitFor()
      await row('e-mail').getByText('E-mail or web addresses.').waitFor()
      await row('country').getByText('The same value in every row.').waitFor()
      await row('listed on').getByText('date, day before month').waitFor()
      expect(
        await row('listing id')
          .getByText(/category because/)
          .count(),
      ).toBe(0)
      // The head of the table stays in view as far as its rows go.
      await target.scrollIntoViewIfNeeded()
      const before = await target.boundingBox()
      await press(target)
      await row('price').getByText('15 rows have no target and are left out.').waitFor()
      await page.locator('summary', { hasText: 'price · minimize validation RMSE' }).waitFor()
      // Nothing moves below the pointer, neither then nor once the data are read.
      expect((await target.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0)
      await page.getByText('Ready to start. Not tried yet.').waitFor()
      expect((await target.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0)
      const bar = await page.locator('footer').boundingBox()
      expect(bar?.height).toBeLessThan(0.15 * 860)
      await press(page.getByRole('button', { name: 'Create and start' }))
      await page.getByRole('tab', { name: 'Monitor' }).waitFor()
      await page
        .getByText(/trial 0/i)
        .first()
        .waitFor()
      expect(presses).toBeLessThanOrEqual(MAX_PRESSES)
    },
  )
})
