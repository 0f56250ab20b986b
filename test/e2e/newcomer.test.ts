import { Buffer } from 'node:buffer'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Locator } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches, inBothThemes } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('newcomer.test.ts is skipped: no chromium on PATH')
const LONGEST_MS = 240_000
const MAX_CLICKS = 8

/** Houses as a German program writes them: semicolons and decimal commas. */
function houses(): string {
  const rows = Array.from({ length: 160 }, (_, row) => {
    const area = 40 + ((row * 37) % 140) + 0.5
    const roomCount = 1 + ((row * 7) % 6)
    const district = ['Rand', 'Zentrum', 'Land'][row % 3] ?? ''
    const price =
      area * (district === 'Zentrum' ? 4_100 : 2_900) + roomCount * 5_000 + ((row * 131) % 9_000)
    return [row + 1, area.toFixed(1), roomCount, district, price.toFixed(2)]
      .join(';')
      .replaceAll('.', ',')
  })
  return `id;flaeche_m2;zimmer;lage;price_eur\n${rows.join('\n')}\n`
}

const script = `import json, sys
x = float(sys.argv[1].split('=')[1])
print(json.dumps({"loss": (x - 0.01) ** 2}))
`

/** Why trials have failed. */
function failures(folder: string): string[] {
  const database = new DatabaseSync(path.join(folder, 'application.sqlite'), { readOnly: true })
  const rows = database
    .prepare(`SELECT reason ->> 'code' AS code FROM trials WHERE state = 'failed'`)
    .all()
  database.close()
  return rows.map(row => String(row['code']))
}

describe.skipIf(executable === null)('a newcomer', () => {
  let application: Application
  let clicks = 0
  async function click(target: Locator): Promise<void> {
    clicks++
    await target.click()
  }
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    writeFileSync(path.join(application.folder, 'haeuser.csv'), houses())
    writeFileSync(path.join(application.folder, 'train.py'), script)
  })
  afterAll(async () => {
    await application?.end()
  })

  it(
    'gets from the first page over an own table to a report',
    { timeout: LONGEST_MS },
    async () => {
      const { page, folder } = application
      clicks = 0
      await click(page.getByRole('button', { name: 'Choose data …' }))
      const chooser = page.waitForEvent('filechooser')
      await click(page.locator('button', { hasText: 'Choose a file …' }))
      await (await chooser).setFiles(path.join(folder, 'haeuser.csv'))
      await page.getByText('Click the column to predict.').first().waitFor()
      await click(page.getByRole('radio', { name: 'price_eur: Target' }))
      await page.getByText('price_eur is a number: regression, minimize validation RMSE.').waitFor()
      await page.getByText('Ready to start. Not tried yet.').waitFor()
      // The data are settled and folded by then; their line says the name.
      await page.locator('summary', { hasText: 'haeuser · ' }).waitFor()
      await inBothThemes(page, async theme => {
        expect(await accessibilityBreaches(page), theme).toEqual([])
      })
      await click(page.getByRole('button', { name: 'Create and start' }))
      await page.getByText('✓ Finished').waitFor({ timeout: LONGEST_MS })
      // The search tries high learning rates: of 480 trials of such studies two diverged. Nothing else may fail.
      const failed = failures(folder)
      expect(failed.filter(code => code !== 'error.training.nonFinite')).toEqual([])
      expect(failed.length).toBeLessThanOrEqual(2)
      await click(page.getByRole('button', { name: 'Report …', exact: true }))
      const report = page.waitForEvent('download')
      await click(page.getByRole('dialog').locator('button[type=submit]'))
      expect((await report).suggestedFilename()).toMatch(/haeuser/)
      // Nothing was typed, and the number of trials is the one that the page proposes.
      expect(clicks).toBeLessThanOrEqual(MAX_CLICKS)
    },
  )

  it('tunes an own script with one paste', { timeout: LONGEST_MS }, async () => {
    const { page, folder, go } = application
    await go('#/examples')
    clicks = 0
    await click(page.getByRole('button', { name: 'Describe it …' }))
    await page
      .getByRole('textbox', { name: 'Command' })
      .fill(`python3\n${path.join(folder, 'train.py')}\n--rate={learningRate}`)
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    await click(page.getByRole('button', { name: 'Create and start' }))
    await click(page.getByRole('dialog').getByRole('button').last())
    await page.getByText('✓ Finished').waitFor({ timeout: LONGEST_MS })
    expect(clicks).toBeLessThanOrEqual(MAX_CLICKS)
  })

  it('can drop or paste a table and a study file anywhere', async () => {
    const { page, go } = application
    await go('#/engines')
    await page.getByRole('heading', { level: 1, name: 'Engines' }).waitFor()
    await page.evaluate(text => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', text)
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    }, houses())
    await page.getByText('Click the column to predict.').first().waitFor()
    await go('#/engines')
    await page.getByRole('heading', { level: 1, name: 'Engines' }).waitFor()
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      const text = 'name: dropped\nobjective: { function: branin }\ngoals: [{ metric: loss }]\n'
      dataTransfer.items.add(new File([text], 'dropped.yaml'))
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
      )
    })
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Name of the study' }).inputValue())
      .toBe('dropped')
    // A table that is opened where study files are.
    await page.getByRole('radio', { name: 'Test function' }).check()
    const buffer = Buffer.from(houses())
    const open = (name: string): Promise<void> =>
      page
        .locator('input[type=file][accept*=yaml]')
        .setInputFiles({ name, mimeType: 'text/csv', buffer })
    await open('opened.csv')
    await page.getByText('Click the column to predict.').first().waitFor()
    // The data are settled and folded.
    await page.getByRole('heading', { name: '1 · Data' }).click()
    expect(await page.getByRole('radio', { name: 'Train on my data' }).isChecked()).toBe(true)
    // Another one is read anew, unless that was an accident.
    await page.getByRole('radio', { name: 'price_eur: Target' }).click()
    const follows = page.getByText(/^price_eur is a number: regression/)
    await follows.waitFor()
    await open('other.csv')
    await page.getByText('Click the column to predict.').first().waitFor()
    const notice = page.locator('.notice', { hasText: 'other.csv is read anew' })
    await notice.getByRole('button', { name: 'Undo' }).click()
    await follows.waitFor()
    await page.getByRole('heading', { name: '1 · Data' }).click()
    expect(await page.getByRole('textbox', { name: 'objective: data: file' }).inputValue()).toMatch(
      /opened\.csv$/,
    )
    expect(application.complaints).toEqual([])
  })

  it('opens the port for a program of Optuna, with the lines that it needs', async () => {
    const { page } = application
    await page.getByRole('radio', { name: 'Watch an Optuna program' }).check()
    expect(await page.getByRole('button', { name: 'Create and start' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Open the port' }).click()
    await page.getByText(/GrpcStorageProxy\(host="localhost", port=\d+\)/).waitFor()
    await inBothThemes(page, async theme => {
      expect(await accessibilityBreaches(page), theme).toEqual([])
    })
    await page.getByRole('button', { name: 'Close the port' }).click()
    await page.getByRole('button', { name: 'Open the port' }).waitFor()
    expect(application.complaints).toEqual([])
  })
})
