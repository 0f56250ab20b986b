import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Locator } from '@playwright/test'
import { studyFile } from '../test/helpers/study-file.ts'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { goTo } from '../test/helpers/go-to.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'
import { fromStudyMenu } from '../test/helpers/study-menu.ts'
import { Album, pictureSize } from './pictures/album.ts'
import { takeStudyScreens } from './pictures/study-screens.ts'
import {
  digits,
  front,
  generations,
  live,
  penguins,
  planned,
  population,
  rivals,
} from './pictures/studies.ts'
import { takeComparison, takeWindowScreens } from './pictures/window-screens.ts'
import { servedLink } from './served-link.ts'

/**
 * Takes the pictures of the screens in docs/images from the real application, on studies that it really runs; some minutes.
 * `node bin/run.cjs bench/pictures.ts [folder] [folder for the same in dark]`
 */
const target = process.argv[2] ?? fileURLToPath(new URL('../docs/images', import.meta.url))
const dark = process.argv[3] ?? null
const LONGEST_MS = 600_000

const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
buildApplication()
const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-'))
const samples = fileURLToPath(new URL('../resources/samples', import.meta.url))
copyFileSync(path.join(samples, 'penguins.csv'), path.join(scratch, 'penguins.csv'))
// Data that other studies of this user have read do not belong into the pictures.
const served = startTunewright(['--json', '--db', 'tunewright.sqlite', 'serve'], scratch, {
  XDG_DATA_HOME: path.join(scratch, 'data'),
  XDG_CACHE_HOME: path.join(scratch, 'cache'),
})
const browser = await launchChromium(executable)
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: pictureSize })
  page.setDefaultTimeout(120_000)
  await page.goto(await servedLink(served))
  const album = await Album.of(page, target, dark)
  await page.getByRole('heading', { level: 2, name: 'Watch it tune' }).waitFor()
  await album.take('first-run')
  await page
    .getByRole('button', { name: 'Run the sample “A function with a known minimum”' })
    .click()
  await page.getByText('✓ Finished').waitFor({ timeout: LONGEST_MS })

  await go('#/studies/new')
  await studyFile(page).fill(planned)
  await page.getByText('Ready to start. Not tried yet.').waitFor()
  await openPart('3 · Search')
  await openPart('Method and relations')
  await openPart('Options of tpe')
  await page.getByText('Method and relations').evaluate(element => {
    element.scrollIntoView()
  })
  await album.take('options')
  await page.getByText('Method and relations').click()
  await page.getByRole('button', { name: 'Test run' }).click()
  await page.getByText(/would end at/).waitFor({ timeout: LONGEST_MS })
  await album.takeWhole('new-study')

  await startStudy(penguins)
  await page.getByText('40 trials done').waitFor({ timeout: LONGEST_MS })
  await startStudy(digits)
  await page.getByText('6 trials done').waitFor({ timeout: LONGEST_MS })
  await go('#/studies')
  await page.getByRole('button', { name: 'Actions for penguins' }).click()
  await page.getByRole('menuitem', { name: 'Tags and note …' }).click()
  const labels = page.getByRole('dialog')
  await labels.getByRole('combobox', { name: 'Tags' }).fill('paper')
  await page.getByRole('option', { name: 'paper' }).click()
  await page.keyboard.press('Tab')
  await labels.getByRole('textbox', { name: 'Note' }).fill('for the comparison with manual tuning')
  await labels.getByRole('button', { name: 'Save' }).click()
  await labels.waitFor({ state: 'hidden' })

  await page.getByRole('link', { name: 'penguins' }).click()
  await page.getByRole('tab', { name: 'Analysis' }).click()
  await page.locator('.parts label', { hasText: 'Verify' }).click()
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByText('The record holds').waitFor({ timeout: LONGEST_MS })
  await album.take('verify')
  await go('#/studies/1/analysis')
  await page.getByRole('heading', { level: 1, name: 'branin' }).waitFor()
  await page.locator('.parts label', { hasText: 'What if' }).click()
  await page.locator('main label', { hasText: 'Another sampler' }).click()
  await page.getByRole('button', { name: 'Simulate' }).click()
  const simulated = page.getByRole('region', { name: 'Best so far on the surrogate' })
  await simulated.waitFor({ timeout: LONGEST_MS })
  await page.evaluate(() => {
    scrollTo(0, document.body.scrollHeight)
  })
  await album.take('what-if')
  await go('#/studies/2/monitor')
  await page.getByRole('heading', { level: 1, name: 'penguins' }).waitFor()
  await page.getByRole('button', { name: 'Report …' }).click()
  const report = page.getByRole('dialog', { name: 'Report' })
  await report.locator('.paper section#verdict').waitFor()
  await album.take('report')
  await close(report)

  await startStudy(live)
  await page
    .getByText(/^1\d \/ 60|^1\d$/)
    .first()
    .waitFor({ timeout: LONGEST_MS })
  await album.take('monitor')
  await steer()
  await go('#/studies')
  await page.getByRole('link', { name: 'ackley-live', exact: true }).waitFor()
  await album.take('studies')
  await go('#/studies/4/events')
  await page.getByRole('row', { name: /note written/ }).waitFor()
  await album.take('events')
  await go('#/studies/2/trials')
  await page.getByRole('textbox', { name: /^Filter/ }).fill('state:complete')
  await page.getByRole('row').nth(1).click()
  for (const [name, button] of [
    ['extend', /^Train longer/],
    ['fork', /^Fork/],
  ] as const) {
    await page.getByRole('button', { name: button }).click()
    await album.take(name)
    await page.keyboard.press('Escape')
  }
  await page.reload()

  await startStudy(front)
  await page.getByText('160 trials done').waitFor({ timeout: LONGEST_MS })
  await startStudy(generations)
  await page.getByText('84 trials done').waitFor({ timeout: LONGEST_MS })
  await startStudy(population)
  await page.getByText('every member has trained 12 steps').waitFor({ timeout: LONGEST_MS })
  await takeStudyScreens(page, album, {
    trained: 2,
    digits: 3,
    front: 5,
    generations: 6,
    population: 7,
  })
  await page.reload()
  await takeWindowScreens(page, album)
  for (const rival of rivals) {
    await startStudy(rival)
    await page.getByText('60 trials done').waitFor({ timeout: LONGEST_MS })
  }
  await takeComparison(
    page,
    album,
    rivals.map((_, at) => 8 + at),
  )

  for (const name of ['datasets', 'engines', 'settings']) {
    await go(`#/${name}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    if (name === 'engines') {
      await page.getByRole('button', { name: 'Check now' }).first().waitFor()
      for (const button of await page.getByRole('button', { name: 'Check now' }).all())
        await button.click()
      await page.waitForFunction(() => !document.body.innerText.includes('Checking …'), undefined, {
        timeout: LONGEST_MS,
      })
    }
    // Where files of a package lie is nobody's concern.
    if (name === 'datasets') {
      await page.getByRole('heading', { name: 'penguins.csv' }).evaluate(element => {
        element.scrollIntoView()
      })
    }
    if (name === 'engines') await album.takeWhole(name)
    else await album.take(name)
  }

  /** Unless it is open already. */
  async function openPart(title: string): Promise<void> {
    const part = page.locator('details', { has: page.locator('summary', { hasText: title }) })
    await part.last().evaluate(element => {
      element.setAttribute('open', '')
    })
  }

  async function go(hash: string): Promise<void> {
    await goTo(page, hash)
  }

  async function close(dialog: Locator): Promise<void> {
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  }

  async function startStudy(yaml: string): Promise<void> {
    await go('#/studies/new')
    await studyFile(page).fill(yaml)
    await page.getByRole('button', { name: 'Create and start' }).click()
    await page.getByRole('tab', { name: 'Monitor' }).waitFor()
  }

  /** One of everything that a person can do, for the record. */
  async function steer(): Promise<void> {
    await fromStudyMenu(page, /^Change settings/)
    const drawer = page.getByRole('dialog', { name: 'Change settings' })
    await drawer.getByRole('spinbutton', { name: 'Trials in total' }).fill('80')
    await drawer.getByRole('textbox', { name: 'x0: Low' }).fill('-3')
    await album.take('change-settings')
    await drawer.getByRole('button', { name: 'Apply' }).click()
    await drawer.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: /^Add to queue/ }).click()
    const point = page.getByRole('dialog', { name: 'Add to queue' })
    await point.getByRole('textbox', { name: 'x0' }).fill('0.5')
    await point.getByRole('textbox', { name: 'x1' }).fill('-0.5')
    await point.getByRole('button', { name: 'Add to queue' }).click()
    await point.waitFor({ state: 'hidden' })
    await go('#/studies/4/trials')
    await page.getByRole('textbox', { name: /^Filter/ }).fill('trial:2')
    await page.getByRole('row').nth(1).click()
    await page.getByRole('button', { name: 'Exclude from the search' }).click()
    await page.getByRole('textbox', { name: 'Note' }).fill('started while the machine was busy')
    await page.getByRole('textbox', { name: 'Note' }).blur()
    await page.getByText('Note on trial 2 saved.').waitFor()
    await page.reload()
  }
} finally {
  await browser.close()
  served.child.kill('SIGTERM')
  await served.result
  rmSync(scratch, { recursive: true, force: true })
}
