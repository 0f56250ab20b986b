import process from 'node:process'
import type { Locator, Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { goTo } from '../test/helpers/go-to.ts'
import { kindsOfStudies } from '../test/helpers/kinds-of-studies.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'
import { seedStudies } from '../test/helpers/seed-studies.ts'
import { servedLink } from './served-link.ts'

/**
 * Twenty things that a person wants of finished studies, each done in Chromium from the list of studies: presses, fields that are typed
 * into, and the seconds that the page took. `npm run bench:usability`.
 */
class Hand {
  presses = 0
  typed = 0
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async press(target: Locator): Promise<void> {
    this.presses++
    await target.click()
  }

  async type(target: Locator, text: string): Promise<void> {
    this.typed++
    await target.fill(text)
  }

  async key(name: string): Promise<void> {
    this.presses++
    await this.page.keyboard.press(name)
  }

  button = (name: string | RegExp): Locator => this.page.getByRole('button', { name }).first()
  tab = (name: string): Locator => this.page.getByRole('tab', { name, exact: true })

  open(study: string): Promise<void> {
    return this.press(this.page.getByRole('link', { name: study, exact: true }))
  }

  async analyse(study: string, part: string): Promise<void> {
    await this.open(study)
    await this.press(this.tab('Analysis'))
    await this.press(
      this.page.locator('.parts label, .group label').filter({ hasText: part }).first(),
    )
  }

  async trials(study: string): Promise<void> {
    await this.open(study)
    await this.press(this.tab('Trials'))
  }

  async palette(words: string): Promise<void> {
    await this.key('Control+k')
    await this.type(this.page.getByRole('combobox', { name: /^Type a command|^输入/ }), words)
    await this.key('Enter')
  }

  /** The answer that the person was after. */
  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor()
  }
}

const tasks: Readonly<Record<string, (hand: Hand) => Promise<unknown>>> = {
  'find a study by a word': async hand => {
    await hand.type(hand.page.locator('[data-search] input, input[data-search]').first(), 'goals')
    await hand.page
      .getByRole('link', { name: 'pruned', exact: true })
      .waitFor({ state: 'detached' })
  },
  'see how a search went': async hand => {
    await hand.open('pruned')
    await hand.sees('Optimisation history')
  },
  'name the best trial and by how much it is better': async hand => {
    await hand.open('pruned')
    await hand.sees(/trial 33/)
  },
  'read the parameters of the best trial': async hand => {
    await hand.trials('pruned')
    await hand.press(hand.page.locator('[role=row].best').first())
    await hand.sees('Why proposed')
  },
  'find why a trial failed': async hand => {
    await hand.trials('failed')
    await hand.press(hand.page.getByRole('row').nth(1))
    await hand.sees('it broke')
  },
  'see only the trials that were pruned': async hand => {
    await hand.trials('pruned')
    await hand.type(hand.page.getByRole('textbox', { name: /^Filter/ }), 'state:pruned')
    await hand.sees('showing 26 of 40')
  },
  'sort trials by their value': async hand => {
    await hand.trials('pruned')
    await hand.press(hand.page.getByRole('grid').getByRole('button', { name: 'loss', exact: true }))
    await hand.page.locator('[aria-sort=ascending]').waitFor()
  },
  'compare two trials': async hand => {
    await hand.trials('pruned')
    for (const at of [1, 2]) await hand.press(hand.page.getByRole('row').nth(at).getByRole('checkbox')) // prettier-ignore
    await hand.press(hand.button(/^Compare trials/))
    await hand.page.waitForURL(/compare=/)
  },
  'see which parameters matter': async hand => {
    await hand.analyse('pruned', 'Importance')
    await hand.page.getByRole('combobox', { name: 'Method' }).waitFor({ state: 'attached' })
  },
  'see what one parameter does': async hand => {
    await hand.analyse('pruned', 'Parameters')
    await hand.page.getByRole('combobox', { name: 'Parameter', exact: true }).waitFor({ state: 'attached' }) // prettier-ignore
  },
  'see two parameters together': async hand => {
    await hand.analyse('pruned', 'Pairs')
    await hand.sees('Contours')
  },
  'draw any metric over any parameter': async hand => {
    await hand.analyse('pruned', 'Free chart')
    await hand.page.getByRole('combobox', { name: 'facets' }).waitFor({ state: 'attached' })
  },
  'see when each trial ran': async hand => {
    await hand.analyse('pruned', 'Timeline')
    await hand.page.locator('main [role=img]:visible').first().waitFor()
  },
  'see the front of several goals': async hand => {
    await hand.open('goals')
    await hand.sees(/front/i)
  },
  'save a report': async hand => {
    await hand.open('pruned')
    await hand.press(hand.button('Report …'))
    const report = hand.page.waitForEvent('download')
    await hand.press(hand.button('Save the report'))
    await report
  },
  'save the trials as a table': async hand => {
    await hand.open('pruned')
    await hand.press(hand.button(/^Export/))
    const table = hand.page.waitForEvent('download')
    await hand.press(hand.page.getByRole('menuitem', { name: 'Trials as CSV' }))
    await table
  },
  'copy the study file': async hand => {
    await hand.open('pruned')
    await hand.press(hand.tab('Study file'))
    await hand.press(hand.button(/^Copy/))
  },
  'compare two studies': async hand => {
    for (const name of ['pruned', 'one']) await hand.press(hand.page.getByRole('checkbox', { name: `Select ${name}`, exact: true })) // prettier-ignore
    await hand.press(hand.page.getByRole('toolbar').getByRole('button', { name: 'Compare' }))
    await hand.page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor()
  },
  'go anywhere without the mouse': async hand => {
    await hand.palette('engines')
    await hand.page.getByRole('heading', { level: 1, name: 'Engines' }).waitFor()
  },
  'read the page in Chinese': async hand => {
    await hand.palette('简体')
    await hand.page.locator('html[lang=zh-CN]').waitFor()
  },
}

const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
buildApplication()
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-'))
const database = path.join(folder, 'usability.sqlite')
const { one, failed, pruned, goals } = kindsOfStudies
seedStudies(database, [one, failed, pruned, goals])
const served = startTunewright(['--json', '--db', database, 'serve', '--port', '0'], folder)
const browser = await launchChromium(executable)
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(60_000)
  await page.goto(await servedLink(served))
  process.stdout.write('| task | presses | fields typed | seconds |\n| --- | --: | --: | --: |\n')
  for (const [name, task] of Object.entries(tasks)) {
    // Whatever the task before has left is gone with its page.
    await goTo(page, '#/engines')
    await page.locator('main h1', { hasText: /Engines/ }).waitFor()
    await goTo(page, '#/studies')
    await page.getByRole('link', { name: 'pruned', exact: true }).waitFor()
    const hand = new Hand(page)
    const startMs = performance.now()
    await task(hand)
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(1)
    process.stdout.write(`| ${name} | ${hand.presses} | ${hand.typed} | ${seconds} |\n`)
  }
} finally {
  await browser.close()
  served.child.kill('SIGTERM')
  await served.result
  rmSync(folder, { recursive: true, force: true })
}
