import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('model.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

const rows = Array.from(
  { length: 240 },
  (_, n) => `${n % 2 ? 5 + (n % 7) : -5 - (n % 5)},${n % 2 ? 'up' : 'down'}`,
)
const study = `name: ways
objective: { task: tabular, data: { file: table.csv, target: way } }
goals: [{ metric: validationAccuracy, direction: maximize }]
space: { learningRate: { float: [0.01, 0.1], log: true }, units: { fixed: 4 }, epochs: { fixed: 10 } }
stop: { trials: 2 }
engine: wasm
`

describe.skipIf(executable === null)('a model of a study, from the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      const table = `x,way\n${rows.join('\n')}\n`
      writeFileSync(path.join(path.dirname(databasePath), 'table.csv'), table)
    })
    await application.startStudy(study)
  })
  afterAll(async () => {
    await application?.end()
  })

  it('predicts new data, says how many it shows, and gives them all as a file', async () => {
    const { page, folder } = application
    writeFileSync(
      path.join(folder, 'new.csv'),
      `x\n${rows.map(row => row.split(',')[0]).join('\n')}\n`,
    )
    await page.getByRole('button', { name: 'Use this model' }).click()
    const dialog = page.getByRole('dialog', { name: 'Use a model' })
    await dialog.locator('input[type=file]').setInputFiles(path.join(folder, 'new.csv'))
    await dialog.getByText('showing 100 of 240').waitFor()
    const third = dialog.getByRole('row').nth(2)
    expect(await third.getByRole('rowheader').textContent()).toBe('3')
    const [answer, classes = ''] = await third.getByRole('cell').allTextContents()
    expect(answer).toBe('up')
    const [, share, other] = /up ([\d.e-]+) · down ([\d.e-]+)/.exec(classes) ?? []
    expect(Number(share)).toBeGreaterThan(0.5)
    expect(Number(other)).toBeLessThan(0.5)
    await dialog.getByText(/^Predictions of trial \d+$/).waitFor()
    // The dialog scrolls within the window, its buttons stay in sight.
    const save = dialog.getByRole('button', { name: 'Download predictions (CSV)' })
    const height = page.viewportSize()?.height ?? 0
    const box = await save.boundingBox()
    expect((box?.y ?? height) + (box?.height ?? 0)).toBeLessThanOrEqual(height)
    await expect.poll(() => accessibilityBreaches(page), { timeout: 30_000 }).toEqual([])
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/predict.png` })
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n')
    expect(lines[0]).toContain('x,prediction,probability.down,probability.up')
    expect(lines).toHaveLength(241)
    expect(download.suggestedFilename()).toBe('ways.predictions.csv')
  })

  it('says why data do not fit', async () => {
    const { page, folder } = application
    writeFileSync(path.join(folder, 'other.csv'), 'y\n1\n')
    const dialog = page.getByRole('dialog', { name: 'Use a model' })
    await dialog.getByText('Paths on the computer that runs Tunewright').first().click()
    await dialog.getByRole('textbox', { name: 'Path of the new data' }).fill('other.csv')
    await dialog.getByRole('button', { name: 'Predict', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'columns' }).waitFor()
  })

  it('is measured refitted and together with others, beside the best one', async () => {
    const { page } = application
    const dialog = page.getByRole('dialog', { name: 'Use a model' })
    await dialog.getByRole('combobox', { name: 'Which model' }).press('Enter')
    await page.getByRole('option', { name: 'Ensemble, averaged' }).click()
    await dialog.getByText('Refit on training and validation rows').click()
    await dialog.getByRole('button', { name: 'Show metrics' }).click()
    await dialog
      .getByText(/Averaged predictions of trials .*, refitted/)
      .waitFor({ timeout: 60_000 })
    const row = dialog.getByRole('row').filter({ hasText: 'test accuracy' })
    const [together, alone] = await row.getByRole('cell').allTextContents()
    expect(Number(together)).toBeGreaterThan(0.5)
    expect(Number(alone)).toBeGreaterThan(0.5)
    await expect.poll(() => accessibilityBreaches(page), { timeout: 30_000 }).toEqual([])
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/ensemble.png` })
  })

  it('leaves as one archive and as ONNX, with a card that is read before', async () => {
    const { page } = application
    const dialog = page.getByRole('dialog', { name: 'Use a model' })
    await dialog.getByRole('combobox', { name: 'Which model' }).press('Enter')
    await page.getByRole('option', { name: 'Best trial' }).click()
    await dialog.getByText('Refit on training and validation rows').click()
    await dialog.getByRole('button', { name: 'Show card and files' }).click()
    const card = dialog.getByRole('region', { name: 'Model card' })
    await card.getByText('Model of the study “ways”').waitFor()
    for (const [button, fileName, start] of [
      ['Everything (ZIP)', 'ways.model.zip', 'PK'],
      ['ONNX', 'ways.onnx', ''],
      ['Weights (safetensors)', 'ways.weights.safetensors', ''],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('button', { name: button }).click(),
      ])
      expect(download.suggestedFilename()).toBe(fileName)
      const bytes = readFileSync(await download.path())
      expect(bytes.length, button).toBeGreaterThan(100)
      expect(bytes.toString('latin1').startsWith(start), button).toBe(true)
    }
    await expect.poll(() => accessibilityBreaches(page), { timeout: 30_000 }).toEqual([])
  })

  it('is written as files', async () => {
    const { page, folder, complaints } = application
    const dialog = page.getByRole('dialog', { name: 'Use a model' })
    await dialog.getByText('Paths on the computer that runs Tunewright').last().click()
    await dialog.getByRole('textbox', { name: 'Path of a new folder' }).fill('model')
    await dialog.getByRole('button', { name: 'Write' }).click()
    await page.getByText(`Written: ${path.join(folder, 'model')}`).waitFor()
    for (const file of ['model.json', 'weights.safetensors', 'README.md']) {
      expect(existsSync(path.join(folder, 'model', file))).toBe(true)
    }
    expect(complaints).toEqual([])
  })
})
