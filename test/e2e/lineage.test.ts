import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { slowStudy } from '../helpers/page-studies.ts'

const executable = findChromium()
if (executable === null) console.warn('lineage.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']
const data = fileURLToPath(new URL('../fixtures/data/breast-cancer.csv', import.meta.url))

const population = `name: population
objective: { task: tabular, data: { file: ${JSON.stringify(data)}, target: diagnosis } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  learningRate: { float: [1.0e-5, 1.0], log: true }
  dropout: { float: [0, 0.5] }
  units: { fixed: 8 }
  epochs: { fixed: 3 }
sampler: { name: pbt, population: 3, interval: 1, steps: 3 }
checkpoint: { keepBest: 20 }
stop: { trials: 99 }
engine: wasm
seed: 4
`

describe.skipIf(executable === null)('trials that go on from one another, on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    await application.startStudy(population)
  })
  afterAll(async () => {
    await application?.end()
  })

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    // What moves in has arrived.
    await application.page.waitForTimeout(500)
    await application.page.screenshot({ path: `${pictures}/${name}.png` })
  }

  async function openTrial(study: number, number: number): Promise<void> {
    const { page, go } = application
    // Whatever lies above the table is gone then.
    await page.reload()
    await page.getByRole('tab').first().waitFor()
    await go(`#/studies/${study}/trials`)
    await page.getByRole('textbox', { name: /^Filter/ }).fill(`trial:${number}`)
    await page.getByRole('row').nth(1).click()
    await page.getByRole('dialog', { name: `Trial ${number}` }).waitFor()
  }

  async function show(settings: Readonly<Record<string, string>>): Promise<void> {
    await application.page.evaluate(entries => {
      for (const [name, value] of Object.entries(entries)) localStorage.setItem(name, value)
    }, settings)
    await application.page.reload()
    await application.page.getByRole('tab').first().waitFor()
  }

  it('draws where a trial comes from, and what became of its parameters', async () => {
    const { page } = application
    await page.getByText('every member has trained 3 steps').waitFor({ timeout: 110_000 })
    await openTrial(1, 8)
    const drawer = page.getByRole('dialog', { name: 'Trial 8' })
    await drawer.getByText(/from trial \d+, step 2/).waitFor()
    const figure = drawer.getByRole('region', { name: 'Lineage' }).first()
    await figure.scrollIntoViewIfNeeded()
    await figure.getByText('View data').click()
    // Three turns of one step each.
    await expect.poll(() => figure.getByRole('row').count()).toBe(4)
    await picture('lineage')
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('trains a trial longer, takes it back, and trains it longer again', async () => {
    const { page } = application
    await openTrial(1, 6)
    await page.getByRole('button', { name: /^Train longer/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Train longer' })
    await dialog.getByRole('spinbutton', { name: 'Further epochs' }).fill('2')
    await picture('extend')
    await dialog.getByRole('button', { name: 'Train longer' }).press('Enter')
    await page.getByText('Trained longer next: trial 6.').waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await application.go('#/studies/1/monitor')
    await page.getByText('None. The sampler proposes the next trial.').waitFor()
    await openTrial(1, 6)
    await page.getByRole('button', { name: /^Train longer/ }).click()
    await dialog.getByRole('spinbutton', { name: 'Further epochs' }).fill('2')
    await dialog.getByRole('button', { name: 'Train longer' }).click()
    await dialog.waitFor({ state: 'hidden' })
  })

  it('forks a trial, and trains both although the study had ended', async () => {
    const { page } = application
    await page.getByRole('button', { name: /^Fork/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Fork' })
    await dialog.getByRole('radio', { name: /^takes the weights/ }).check({ force: true })
    await dialog.getByRole('textbox', { name: 'learningRate' }).fill('0.001')
    await picture('fork')
    expect(await accessibilityBreaches(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Fork', exact: true }).click()
    await page.getByText('A fork of trial 6 is trained next.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByText('every member has trained 3 steps').waitFor({ timeout: 110_000 })
    await openTrial(1, 6)
    const figure = page.getByRole('region', { name: 'Lineage' }).first()
    await figure.getByText('View data').click()
    await figure.getByRole('row', { name: /^9 3 – 5 continued/ }).waitFor()
    await figure
      .getByRole('row', { name: /^10 0 – 3 warm start learningRate .* → 0\.001/ })
      .waitFor()
    await picture('children')
    await page.keyboard.press('Escape')
  })

  it('suspends one running trial; the study goes on, and so does the trial when told', async () => {
    const { page } = application
    await application.startStudy(slowStudy('slow', 400))
    await page.getByRole('button', { name: 'Suspend trial' }).click()
    const card = (trial: number) =>
      page.getByRole('article').filter({ has: page.getByText(`trial ${trial}`, { exact: true }) })
    await card(0)
      .getByText(/^Suspended/)
      .waitFor()
    await card(1).waitFor()
    await picture('suspended')
    await openTrial(2, 0)
    await page.getByText('It waits until you let it continue').waitFor()
    await page.getByRole('button', { name: 'Continue trial' }).click()
    await page.getByText('It waits until you let it continue').waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    await application.go('#/studies/2/monitor')
    // Next, before anything new: when trial 1 has ended, or is canceled.
    await page.getByRole('button', { name: 'Cancel this trial' }).click()
    await card(0)
      .getByText(/\/ 400/)
      .waitFor()
    await openTrial(2, 0)
    // The steps that it had are not trained again.
    await page.getByRole('button', { name: 'Suspend trial' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('says all of it in Chinese, in dark', async () => {
    const { page } = application
    await show({ 'tunewright.language': 'zh-CN', 'tunewright.theme': 'dark' })
    await application.go('#/studies/1/trials')
    await page.getByRole('textbox').first().fill('trial:9')
    await page.getByRole('row').nth(1).click()
    await page.getByRole('region', { name: '谱系' }).first().waitFor()
    await picture('lineage-zh-dark')
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
