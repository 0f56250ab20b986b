import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('errors.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

/** Rows of one city have the wrong class every other time. */
const rows = Array.from({ length: 300 }, (_, n) => {
  const isOdd = n % 3 === 0 && n % 2 === 0
  const x = ((n * 37) % 100) / 10
  return `${x},${n % 3 === 0 ? 'Bern' : 'Wien'},${x > 5 !== isOdd ? 'up' : 'down'}`
})
const study = `name: errs
objective: { task: tabular, data: { file: table.csv, target: way } }
goals: [{ metric: validationLoss, direction: minimize }]
space: { family: { fixed: linear }, ridge: { float: [0.1, 10], log: true } }
folds: 3
stop: { trials: 2 }
engine: wasm
`

describe.skipIf(executable === null)('where a model errs, on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      const table = `x,city,way\n${rows.join('\n')}\n`
      writeFileSync(path.join(path.dirname(databasePath), 'table.csv'), table)
    })
    await application.startStudy(study)
  })
  afterAll(async () => {
    await application?.end()
  })

  it('shows rows, curves and slices of the best trial, in both themes, without breaches', async () => {
    const { page, complaints } = application
    await page.getByText('✓ Finished').waitFor()
    await page.getByRole('tab', { name: 'Model errors' }).click()
    await page.getByText('240 rows, each validated in one of 3 folds').waitFor()
    const worst = page.getByRole('region', { name: 'Worst errors' }).first()
    await worst.getByRole('columnheader', { name: 'city' }).waitFor()
    await worst.getByRole('cell', { name: 'Bern' }).first().waitFor()
    for (const name of ['Confusion matrix', 'Possibly wrong labels', 'ROC curve', 'Calibration'])
      await page.getByRole('heading', { name, exact: true }).waitFor()
    await page.getByRole('button', { name: /rows? of up taken for down/ }).click()
    const cell = page.getByRole('region', { name: 'up taken for down' }).first()
    await cell.getByRole('columnheader', { name: 'line' }).waitFor()
    const slices = page.getByRole('region', { name: 'Slices', exact: true })
    await slices.getByText('worse than all rows').waitFor()
    const held = page.getByRole('region', { name: 'Test rows' }).first()
    await held.getByRole('button', { name: 'Show the rows' }).click()
    await held.getByRole('columnheader', { name: 'probability.up' }).waitFor()
    await held.getByRole('button', { name: 'Save as CSV' }).waitFor()
    await page.getByRole('heading', { name: 'Slices' }).hover()
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await expect.poll(() => accessibilityBreaches(page), { timeout: 30_000 }).toEqual([])
      if (pictures !== undefined)
        await page.screenshot({ path: `${pictures}/errors.${scheme}.png`, fullPage: true })
    }
    expect(complaints).toEqual([])
  })

  it('shows another trial that keeps its predictions', async () => {
    const { page } = application
    const [first] = await page.getByText(/^Trial \d+: 240 rows/).allTextContents()
    await page.getByRole('combobox', { name: 'Trial' }).press('Enter')
    const other = (first ?? '').startsWith('Trial 0') ? '1' : '0'
    await page.getByRole('option', { name: other, exact: true }).click()
    await page.getByText(`Trial ${other}: 240 rows`).waitFor()
  })
})
