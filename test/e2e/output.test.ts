import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { studyMenu } from '../helpers/study-menu.ts'

const executable = findChromium()
if (executable === null) console.warn('output.test.ts is skipped: no chromium on PATH')

const LONGEST_MS = 120_000
const small = `name: small
objective: { function: branin, steps: 4 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: random }
stop: { trials: 24 }
`
const space = fileURLToPath(new URL('../fixtures/interop/hyperopt_space.py', import.meta.url))

describe.skipIf(executable === null)('reports, imports, verification and simulation', () => {
  let application: Application

  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      seedStudies(databasePath, [kindsOfStudies.pruned])
    })
    // Reports and simulations start a process of their own, which takes its time on a machine that others use.
    application.page.setDefaultTimeout(LONGEST_MS)
  })
  afterAll(async () => {
    await application?.end()
  })

  async function saved(press: () => Promise<void>): Promise<{ name: string; text: string }> {
    const { page } = application
    const [download] = await Promise.all([page.waitForEvent('download'), press()])
    const path = await download.path()
    return { name: download.suggestedFilename(), text: readFileSync(path, 'latin1') }
  }

  /** Opens a list by the keyboard. */
  async function choose(name: string): Promise<void> {
    const { page } = application
    await page.getByRole('combobox', { name }).focus()
    await page.keyboard.press('Enter')
  }

  it(
    'builds a report of chosen sections beside its preview',
    { timeout: 3 * LONGEST_MS },
    async () => {
      const { page, go } = application
      await go('#/studies/1/monitor')
      await page.getByRole('button', { name: 'Report …' }).click()
      const dialog = page.getByRole('dialog', { name: 'Report' })
      const preview = dialog.locator('.paper')
      await preview.getByRole('heading', { name: 'Learning curves' }).waitFor()
      expect(await accessibilityBreaches(page), 'report dialog').toEqual([])
      const curves = dialog.getByRole('checkbox', { name: 'Learning curves' })
      await curves.focus()
      await page.keyboard.press('Space')
      await preview.getByRole('heading', { name: 'Learning curves' }).waitFor({ state: 'hidden' })
      const file = await saved(() =>
        dialog.getByRole('button', { name: 'Save the report' }).click(),
      )
      expect(file.name).toBe('pruned.html')
      expect(file.text).toContain('id="history"')
      expect(file.text).not.toContain('id="curves"')
      await dialog.waitFor({ state: 'hidden' })

      await page.getByRole('button', { name: 'Report …' }).click()
      await choose('Language')
      await page.getByRole('option', { name: '简体中文' }).click()
      await preview.getByRole('heading', { name: '学习曲线' }).waitFor()
      await choose('Format')
      // Paper is tested where it is printed: a second browser beside this one is slow on a machine that others use.
      await page.getByRole('option', { name: 'Markdown' }).click()
      const text = await saved(() =>
        dialog.getByRole('button', { name: 'Save the report' }).click(),
      )
      expect(text.name).toBe('pruned.md')
      expect(Buffer.from(text.text, 'latin1').toString('utf8')).toContain('学习曲线')
      await dialog.waitFor({ state: 'hidden' })
    },
  )

  it('exports for other programs', { timeout: 3 * LONGEST_MS }, async () => {
    const { page } = application
    for (const [item, name, start] of [
      ['Optuna (SQLite)', 'pruned.optuna.sqlite', 'SQLite format 3'],
      ['TensorBoard logs (ZIP)', 'pruned.tensorboard.zip', 'PK'],
      ['Hyperopt trials (JSON)', 'pruned.hyperopt.json', '['],
    ] as const) {
      await studyMenu(page).click()
      const file = await saved(() => page.getByRole('menuitem', { name: item }).click())
      expect([file.name, file.text.startsWith(start)]).toEqual([name, true])
    }
  })

  it('imports runs and search spaces', { timeout: 3 * LONGEST_MS }, async () => {
    const { page, go, folder } = application
    await go('#/studies')
    await page.getByRole('button', { name: 'Import …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import' })
    const broken = join(folder, 'broken.csv')
    writeFileSync(broken, 'x,y\n"1,2\n')
    await dialog.locator('input[type=file]').setInputFiles(broken)
    await dialog.getByRole('alert').waitFor()
    const runs = join(folder, 'past runs.csv')
    writeFileSync(runs, 'rate,kind,loss\n0.1,a,3\n0.01,b,2\n0.001,a,\n')
    await dialog.locator('input[type=file]').setInputFiles(runs)
    await dialog.getByText('3 runs, 3 columns.').waitFor()
    await choose('Column that is measured')
    await page.getByRole('option', { name: 'loss' }).click()
    expect(await accessibilityBreaches(page), 'import dialog').toEqual([])
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await dialog.getByText('“past runs” imported, 3 trials.').waitFor()
    await dialog.getByRole('button', { name: 'Open past runs' }).click()
    await page.getByRole('heading', { name: 'past runs' }).waitFor()
    await page.getByText('0 pruned, 1 failed', { exact: true }).waitFor()

    await go('#/studies')
    await page.getByRole('button', { name: 'Import …' }).click()
    await dialog.locator('input[type=file]').setInputFiles(space)
    await dialog.getByText('A search space of Hyperopt.').waitFor()
    await dialog.getByRole('button', { name: 'Open as a new study' }).click()
    const text = studyFile(page)
    await text.box()
    expect(await text.inputValue()).toContain('free_beta: { float: [ 0.8, 1 ]')
  })

  it('verifies a study and simulates others on it', { timeout: 3 * LONGEST_MS }, async () => {
    const { page, go, startStudy } = application
    // Away from the file that was imported.
    await go('#/studies')
    await page.getByRole('heading', { name: 'Studies' }).waitFor()
    await startStudy(small)
    await page.getByRole('main').getByText('24 / 24').waitFor()
    await page.getByRole('tab', { name: 'Analysis' }).click()
    await page.locator('.parts label', { hasText: 'Verify' }).click()
    await page.getByRole('button', { name: 'Verify', exact: true }).click()
    await page.getByText('The record holds: nothing that was compared differs.').waitFor()
    await page.getByText('24 identical, bit for bit.').waitFor()
    // The button takes its color back.
    await page.waitForFunction(() => document.getAnimations().length === 0)
    expect(await page.getByRole('row', { name: /^trial \d+ identical/ }).count()).toBe(1)
    expect(await accessibilityBreaches(page), 'verify').toEqual([])

    // What was found stays while the page is elsewhere.
    await go('#/studies')
    await page.getByRole('heading', { name: 'Studies' }).waitFor()
    await page.goBack()
    await page.locator('.parts label', { hasText: 'Verify' }).click()
    await page.getByText('24 identical, bit for bit.').waitFor()

    await page.locator('.parts label', { hasText: 'What if' }).click()
    await page.locator('main label', { hasText: 'Another sampler' }).click()
    await page.getByRole('button', { name: 'Simulate' }).click()
    await page.getByText(/^Would have stopped \d+ of 24 trials and saved/).waitFor()
    const chart = page.getByRole('region', { name: 'Best so far on the surrogate' })
    await chart.getByText('Simulation', { exact: true }).waitFor()
    await chart.getByText('View data').click()
    await chart.getByText('showing 24 of 24').waitFor()
    expect(await accessibilityBreaches(page), 'what if').toEqual([])
  })

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
