import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyAppearance } from '../helpers/appearance.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('folds.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']
const file = fileURLToPath(new URL('../fixtures/data/breast-cancer.csv', import.meta.url))

const folded = `name: folded
objective: { task: tabular, data: { file: ${JSON.stringify(file)}, target: diagnosis } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  learningRate: { float: [1.0e-3, 1.0e-2], log: true }
  layers: { int: [0, 1] }
  units: { int: [8, 32] }
  epochs: { fixed: 60 }
folds: 3
pruner: { name: none }
stop: { trials: 3 }
engine: wasm
seed: 4
`

describe.skipIf(executable === null)('a study with folds', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
  })
  afterAll(async () => {
    await application?.end()
  })
  const picture = async (name: string): Promise<void> => {
    if (pictures === undefined) return
    for (const theme of ['light', 'dark'] as const) {
      await applyAppearance(application.page, { language: 'en', theme })
      await application.page.screenshot({
        path: `${pictures}/${name}-${theme}.png`,
        fullPage: true,
      })
    }
    await applyAppearance(application.page, { language: 'en', theme: 'light' })
  }

  it('shows which fold trains, ends on its result, and gives every fold of a trial', async () => {
    const { page, startStudy } = application
    await startStudy(folded)
    await page
      .getByText(/fold [23]\/3 · step \d+ \/ 60/)
      .first()
      .waitFor()
    await picture('running')
    const result = page.getByRole('region', { name: 'Best configuration' })
    await result.waitFor()
    expect(await result.innerText()).toMatch(/± 0\.\d+\s+mean of 3 folds/)
    const shown = /validation loss\s+([\d.]+)/.exec(await result.innerText())?.[1]
    await picture('result')
    await result.getByRole('link', { name: /trial \d/ }).click()
    const values = page.getByRole('region', { name: 'Value' })
    await values.waitFor()
    const text = await values.innerText()
    // One figure, here as there, and the mean of the folds that stand beside it.
    expect(/validation loss\s+([\d.]+)/.exec(text)?.[1]).toBe(shown)
    const folds = [...text.matchAll(/fold \d\s+([\d.]+)/g)].map(([, value]) => Number(value))
    expect(folds).toHaveLength(3)
    expect((folds[0]! + folds[1]! + folds[2]!) / 3).toBeCloseTo(Number(shown), 3)
    await page.getByText('3 folds (thin) and their mean').first().waitFor()
    await picture('trial')
    expect(application.complaints).toEqual([])
  })
})
