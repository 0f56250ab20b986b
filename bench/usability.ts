import process from 'node:process'
import type { Locator, Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from '../src-main/math/statistics/quantile.ts'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { kindsOfStudies } from '../test/helpers/kinds-of-studies.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'
import { seedStudies } from '../test/helpers/seed-studies.ts'
import { servedLink } from './served-link.ts'

/**
 * Twenty things that a person wants of studies, each done in Chromium from the list of studies: presses, fields that are typed
 * into, and the seconds that the page took. `npm run bench:usability`.
 */
class Hand {
  presses = 0
  typed = 0
  readonly page: Page
  /** How often the task was done before. */
  readonly round: number

  constructor(page: Page, round: number) {
    this.page = page
    this.round = round
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

  /** A chart of a study that has ended, from its result. */
  async chart(study: string, part: string): Promise<void> {
    await this.open(study)
    await this.press(
      this.page.getByRole('navigation', { name: 'Charts' }).getByRole('link', { name: part }),
    )
    await this.seesChart()
  }

  /** The line of a study in the list. */
  row = (study: string): Locator =>
    this.page
      .getByRole('row')
      .filter({ has: this.page.getByRole('link', { name: study, exact: true }) })

  trials(study: string): Promise<void> {
    return this.press(this.row(study).getByTitle(`Trials of ${study}`))
  }

  async palette(words: string): Promise<void> {
    await this.key('Control+k')
    await this.type(this.page.getByRole('combobox', { name: /^Type a command|^输入/ }), words)
    await this.key('Enter')
  }

  /** A chart that is drawn. */
  async seesChart(): Promise<void> {
    await this.page.locator('main [role=img]:visible').first().waitFor()
    await this.page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' })
  }

  /** The answer that the person was after. */
  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor()
  }
}

/** Trains for minutes, so that there is something to steer. */
const running = `name: running
objective: { function: sphere, dimension: 1, steps: 60, durationMs: 100 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 5] } }
stop: { trials: 500 }
`

const tasks: Readonly<Record<string, (hand: Hand) => Promise<unknown>>> = {
  'plan a study on a table of mine': async hand => {
    await hand.press(hand.page.getByRole('navigation').getByRole('link', { name: 'New study' }))
    const chooser = hand.page.waitForEvent('filechooser')
    await hand.press(hand.page.locator('button', { hasText: 'Choose a file …' }))
    await (await chooser).setFiles(table)
    await hand.press(hand.page.getByRole('radio', { name: 'species: Target' }))
    await hand.sees('Ready to start. Not tried yet.')
  },
  'find a study by a word': async hand => {
    await hand.type(hand.page.locator('[data-search] input, input[data-search]').first(), 'goals')
    await hand.page
      .getByRole('link', { name: 'pruned', exact: true })
      .waitFor({ state: 'detached' })
  },
  'see how a search went': async hand => {
    await hand.open('pruned')
    await hand.sees('Optimization history')
  },
  'read the parameters of the best trial': async hand => {
    await hand.press(hand.row('pruned').getByTitle(/^trial \d+$/))
    await hand.sees('Why proposed')
  },
  'find why a trial failed': async hand => {
    await hand.press(hand.row('failed').getByRole('link', { name: /^\d+ failed$/ }))
    await hand.sees('it broke')
  },
  'see only the trials that were pruned': async hand => {
    await hand.press(hand.row('pruned').getByRole('link', { name: /^\d+ pruned$/ }))
    await hand.sees('showing 26 of 40')
  },
  'sort trials by their value': async hand => {
    await hand.trials('pruned')
    await hand.press(hand.page.getByRole('grid').getByRole('button', { name: 'loss', exact: true }))
    await hand.page.locator('[aria-sort=ascending]').waitFor()
  },
  'narrow a range while a study runs': async hand => {
    await hand.open('running')
    await hand.press(hand.button(/^Change settings/))
    await hand.type(hand.page.getByRole('textbox', { name: 'x0: low' }), `${hand.round - 4}`)
    await hand.type(hand.page.getByRole('textbox', { name: 'x0: high' }), `${4 - hand.round}`)
    await hand.press(hand.button('Apply'))
    await hand.page.locator('.notice').first().waitFor()
  },
  'compare two trials': async hand => {
    await hand.trials('pruned')
    for (const at of [1, 2])
      await hand.press(hand.page.getByRole('row').nth(at).getByRole('checkbox'))
    await hand.press(hand.button(/^Compare trials/))
    await hand.page.waitForURL(/compare=/)
  },
  'see which parameters matter': async hand => {
    await hand.open('genetic')
    await hand.page.getByRole('region', { name: 'What mattered' }).waitFor()
  },
  'see what one parameter does': hand => hand.chart('pruned', 'Parameters'),
  'see two parameters together': hand => hand.chart('pruned', 'Pairs'),
  'draw any metric over any parameter': hand => hand.chart('pruned', 'Custom chart'),
  'see when each trial ran': hand => hand.chart('pruned', 'Timeline'),
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
    await hand.press(hand.page.getByRole('button', { name: 'Actions for pruned' }))
    const table = hand.page.waitForEvent('download')
    await hand.press(hand.page.getByRole('menuitem', { name: 'Trials as CSV' }))
    await table
  },
  'compare two studies': async hand => {
    for (const { name } of [pruned, oneGoal])
      await hand.press(hand.page.getByRole('checkbox', { name: `Select ${name}`, exact: true }))
    await hand.press(hand.page.getByRole('toolbar').getByRole('button', { name: 'Compare' }))
    await hand.seesChart()
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

interface Measured {
  readonly presses: number
  readonly typed: number
  readonly ms: number
}

/** From the list of studies, as a person finds it who has never been here: nothing that was chosen or begun before is kept. */
async function measure(
  page: Page,
  task: (hand: Hand) => Promise<unknown>,
  round: number,
): Promise<Measured> {
  const list = new URL('/#/studies', page.url()).href
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage))
      if (key !== 'tunewright.key') localStorage.removeItem(key)
  })
  await page.goto('about:blank')
  await page.goto(list)
  await page.getByRole('link', { name: 'pruned', exact: true }).waitFor()
  const hand = new Hand(page, round)
  const startMs = performance.now()
  await task(hand)
  return { presses: hand.presses, typed: hand.typed, ms: performance.now() - startMs }
}

/** As the page would ask for it. */
async function startRunning(page: Page): Promise<void> {
  await page.evaluate(
    async text =>
      fetch('/api/call', {
        method: 'POST',
        headers: { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' },
        body: JSON.stringify({
          method: 'study.create',
          payload: { text, format: 'yaml', start: true },
        }),
      }),
    running,
  )
  await page.getByRole('link', { name: 'running', exact: true }).waitFor()
}

/** So often, of which the middle one counts: a machine is never alone. */
const ROUNDS = 3
/** Of all tasks together. */
const MAX_PRESSES = 40

const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
buildApplication()
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-'))
const table = fileURLToPath(new URL('../resources/samples/penguins.csv', import.meta.url))
const database = path.join(folder, 'usability.sqlite')
const { single: oneGoal, failed, pruned, goals, genetic } = kindsOfStudies
seedStudies(database, [oneGoal, failed, pruned, goals, genetic])
const served = startTunewright(['--json', '--db', database, 'serve', '--port', '0'], folder)
const browser = await launchChromium(executable)
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(60_000)
  await page.goto(await servedLink(served))
  await page.getByRole('link', { name: 'pruned', exact: true }).waitFor()
  await startRunning(page)
  process.stdout.write('| task | presses | fields typed | seconds |\n| --- | --: | --: | --: |\n')
  let totalPresses = 0
  const unmeasured: string[] = []
  for (const [name, task] of Object.entries(tasks)) {
    const rounds: Measured[] = []
    try {
      while (rounds.length < ROUNDS) rounds.push(await measure(page, task, rounds.length))
    } catch (error) {
      // The others are measured all the same.
      unmeasured.push(name)
      process.stdout.write(`| ${name} | not measured | | |\n`)
      console.error(error)
      continue
    }
    const seconds = (median(rounds.map(({ ms }) => ms)) / 1_000).toFixed(1)
    const { presses, typed } = rounds[0] as Measured
    totalPresses += presses
    process.stdout.write(`| ${name} | ${presses} | ${typed} | ${seconds} |\n`)
  }
  process.stdout.write(`| all, at most ${MAX_PRESSES} | ${totalPresses} | | |\n`)
  if (totalPresses > MAX_PRESSES || unmeasured.length > 0) process.exitCode = 1
} finally {
  await browser.close()
  served.child.kill('SIGTERM')
  await served.result
  rmSync(folder, { recursive: true, force: true })
}
