import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches, inBothThemes } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { bowl, kindsOfStudies, repeatedStudies } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'

const executable = findChromium()
if (executable === null) console.warn('analysis.test.ts is skipped: no chromium on PATH')

const parts = [
  'Progress',
  'Pareto front',
  'Custom chart',
  'Importance',
  'Parameters',
  'Pairs',
  'Timeline',
  'Generations',
  'Proposal',
  'Confirm',
  'Verify',
  'What if',
]
/** Functional ANOVA of 10,000 trials takes some ten seconds, on a machine that others use many times as long. */
const LONGEST_MS = 120_000
type Kind = keyof typeof kindsOfStudies

describe.skipIf(executable === null)('the analysis of every kind of study', () => {
  let application: Application
  const ids = {} as Record<Kind, number>
  let repeats: number[] = []
  let bowlId = 0

  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      const written = seedStudies(databasePath, [
        ...Object.values(kindsOfStudies),
        ...repeatedStudies,
        bowl,
      ])
      Object.keys(kindsOfStudies).forEach((kind, at) => {
        ids[kind as Kind] = written[at] as number
      })
      repeats = written.slice(Object.keys(kindsOfStudies).length, -1)
      bowlId = written.at(-1) as number
    })
  })
  afterAll(async () => {
    await application?.end()
  })

  async function open(kind: Kind, tab = 'analysis'): Promise<void> {
    await application.go(`#/studies/${ids[kind]}/${tab}`)
    await application.page.getByRole('heading', { name: kind, exact: true }).waitFor()
  }

  async function offered(): Promise<string[]> {
    const labels = application.page.locator('.parts label')
    await labels.first().waitFor()
    return (await labels.allInnerTexts()).map(text => text.trim())
  }

  async function show(part: string): Promise<void> {
    const { page } = application
    await page.locator('.parts').getByText(part, { exact: true }).last().click()
    // A question counts as being computed from the moment at which it is known.
    await page
      .locator('main [aria-busy=true]')
      .first()
      .waitFor({ state: 'detached', timeout: LONGEST_MS })
  }

  /** Every chart that is there has its table; every one that is not says why. */
  async function expectFigures(where: string): Promise<void> {
    const { page } = application
    const states = await page.locator('main .figure').evaluateAll(figures =>
      figures.map(figure => ({
        name: figure.getAttribute('aria-label'),
        none: figure.querySelector('.none')?.textContent?.trim() ?? '',
        chart: figure.querySelector('[role=application]') !== null,
        table: figure.querySelector('details') !== null,
      })),
    )
    for (const { name, none, chart, table } of states) {
      expect(chart && table ? none : none === '' ? 'nothing at all' : '', `${where}: ${name}`).toBe(
        '',
      )
    }
    const others = await page
      .locator('main .empty, main section.panel:not(.bar):not(.figure):not(.insights)')
      .count()
    expect(states.length + others, where).toBeGreaterThan(0)
  }

  it.each(Object.keys(kindsOfStudies) as Kind[])(
    'draws or explains every chart: %s',
    async kind => {
      await open(kind)
      // Of one goal there is no front.
      expect(await offered()).toEqual(
        parts.filter(part => part !== 'Pareto front' || kind === 'goals'),
      )
      for (const part of await offered()) {
        await show(part)
        await expectFigures(`${kind}, ${part}`)
      }
      await open(kind, 'parallel')
      await open(kind, 'monitor')
      expect(application.complaints).toEqual([])
    },
    2 * LONGEST_MS,
  )

  it('filters every chart at once, and goes back to any trial', async () => {
    const { page } = application
    await open('genetic')
    await show('Progress')
    const history = page.getByRole('region', { name: 'Optimization history' })
    await history.getByText('View data').click()
    await history.getByText('showing 60 of 60').waitFor()
    await page.getByRole('textbox', { name: /^Filter/ }).fill('kind:b')
    await history.getByText('showing 60 of 60').waitFor({ state: 'hidden' })
    const rows = await history.locator('tbody tr').count()
    expect(rows).toBe(
      kindsOfStudies.genetic.trials.filter(({ parameters }) => parameters['kind'] === 'b').length,
    )
    await page.getByRole('textbox', { name: /^Filter/ }).fill('')
    await page.getByRole('slider', { name: 'Replay' }).press('Home')
    await page.getByText('as of trial 0').waitFor()
    await history.getByText('showing 1 of 1').waitFor()
    await page.getByRole('slider', { name: 'Replay' }).press('End')
  })

  it('walks through a chart with the keyboard and selects a trial', async () => {
    const { page } = application
    const chart = page.getByRole('application', { name: /^Optimization history/ })
    await chart.focus()
    await page.keyboard.press('ArrowRight')
    await chart.getByText('trial 0: loss').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'trial 0', exact: true }).waitFor()
  })

  it('tells the points of now, however seldom a slow machine draws', async () => {
    const { page } = application
    const processor = await page.context().newCDPSession(page)
    await processor.send('Emulation.setCPUThrottlingRate', { rate: 20 })
    const replay = page.getByRole('slider', { name: 'Replay' })
    await replay.press('Home')
    await replay.press('ArrowRight')
    await replay.press('End')
    const chart = page.getByRole('application', { name: /^Optimization history/ })
    await chart.focus()
    await page.keyboard.press('End')
    const text = (await chart.getByRole('status').textContent()) ?? ''
    await processor.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    expect(text).toContain(`trial ${kindsOfStudies.genetic.trials.length - 1}`)
  })

  it('draws what a person wants, and shows the same again after loading', async () => {
    const { page } = application
    const choose = async (use: string, what: string): Promise<void> => {
      await page.getByRole('combobox', { name: use, exact: true }).click()
      await page
        .locator('.el-select-dropdown:visible')
        .getByRole('option', { name: what, exact: true })
        .click()
    }
    await open('genetic', 'analysis/customChart')
    const whole = page.getByRole('region', { name: 'loss by trial' })
    await whole.waitFor()
    await choose('x axis', 'rate')
    await page.getByRole('region', { name: 'loss by rate' }).waitFor()
    await choose('size', 'duration')
    await choose('facets', 'kind')
    const facet = page.getByRole('region', { name: 'kind = b' })
    await facet.getByText('Larger dot: higher duration.').waitFor()
    await facet.getByText('View data').click()
    const count = kindsOfStudies.genetic.trials.filter(
      ({ parameters }) => parameters['kind'] === 'b',
    ).length
    await facet.getByText(`showing ${count} of ${count}`).waitFor()
    await page.waitForURL(/facets=parameter\.kind/)
    await page.reload()
    await facet.getByText('Larger dot: higher duration.').waitFor()
    await inBothThemes(page, async theme => {
      expect(await accessibilityBreaches(page), theme).toEqual([])
    })
    await open('genetic', 'analysis/customChart')
    await page.getByRole('region', { name: 'kind = a' }).waitFor()
    // Without its address, too: it is in the database.
    await application.go('#/studies')
    await page.reload()
    await open('genetic', 'analysis/customChart')
    await facet.getByText('Larger dot: higher duration.').waitFor()
    const saved = page.waitForEvent('download')
    await facet.getByRole('button', { name: 'SVG kind = b' }).click()
    const file = await saved
    expect(file.suggestedFilename()).toBe('kind-b.svg')
    const svg = readFileSync(await file.path(), 'utf8')
    // The page's own policy forbids styles that a file brings.
    const blank = await page.context().newPage()
    const drawing = await blank.evaluate(text => {
      const { documentElement: root } = new DOMParser().parseFromString(text, 'image/svg+xml')
      const words = [...root.querySelectorAll('text')].map(element => element.textContent)
      return { name: root.nodeName, words, points: root.querySelectorAll('.mark.dot').length }
    }, svg)
    await blank.close()
    expect(drawing).toMatchObject({ name: 'svg', points: count })
    expect(drawing.words).toEqual(expect.arrayContaining(['kind = b', 'rate', 'loss']))
  })

  it('says what the parameters mean, narrows a range on a press, and takes that back', async () => {
    const { page } = application
    await application.go(`#/studies/${bowlId}/analysis/importance`)
    const insights = page.getByRole('region', { name: 'What the trials say' })
    await insights
      .getByText(/^x0 (decides|seems to matter most): \d+ % of the differences/)
      .waitFor()
    await insights.getByText(/^Of the best 12 trials, \d+ have x0 between/).waitFor()
    await inBothThemes(page, async theme => {
      expect(await accessibilityBreaches(page), theme).toEqual([])
    })
    await insights.getByRole('button', { name: /^Apply: Narrow x0 to/ }).click()
    await page.getByText(/^x0 is now searched between/).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText(/^x0 is now searched between/).waitFor({ state: 'hidden' })
    for (const [part, words] of [
      ['progress', /^Trial \d+ is/],
      ['timeline', /^60 trials: 0 pruned, 0 failed/],
      ['confirm', /^Trial \d+ is the best of 60/],
    ] as const) {
      await open('genetic', `analysis/${part}`)
      await insights.getByText(words).waitFor()
    }
    await open('failed', 'monitor')
    await insights.getByRole('button', { name: 'See the failed trials' }).click()
    await page.waitForURL(/filter=state:failed/)
  })

  it('has an address for every part, which survives loading and going back', async () => {
    const { page } = application
    await open('goals', 'analysis/front')
    const front = page.getByRole('region', { name: 'Pareto front' })
    await front.waitFor()
    await show('Pairs')
    await page.getByRole('heading', { name: 'Pairs of parameters' }).waitFor()
    expect(page.url()).toMatch(/analysis\/pairs$/)
    await page.reload()
    await page.getByRole('heading', { name: 'Pairs of parameters' }).waitFor()
    await page.goBack()
    await front.waitFor()
    // A part that cannot apply leads to one that can.
    await open('single', 'analysis/front')
    await page.getByRole('region', { name: 'Optimization history' }).waitFor()
  })

  it('compares repeats and says which is better', async () => {
    const { page, go } = application
    await go(`#/compare?studies=${repeats.join(',')}`)
    await page
      .getByText('tpe-0 (5 repeats) is better than random-0 (5 repeats); the effect is large.')
      .waitFor()
    await page.getByRole('row', { name: 'sampler.name random tpe' }).waitFor()
    await expectFigures('compare')
    await page.locator('label', { hasText: 'Automatic vs manual' }).click()
    await page.getByText('There is no pair to compare').waitFor()
  })

  it(
    'has no accessibility breach, light and dark',
    async () => {
      const { page, go } = application
      /** The theme follows the system's. */
      async function expectNoBreach(where: string): Promise<void> {
        await inBothThemes(page, async theme => {
          expect(await accessibilityBreaches(page), `${where}, ${theme}`).toEqual([])
        })
      }
      await go(`#/compare?studies=${repeats.join(',')}`)
      await page.getByRole('region', { name: 'Verdict' }).waitFor()
      await expectNoBreach('compare')
      for (const [kind, partNames] of [
        ['goals', ['Importance', 'Pareto front']],
        ['genetic', parts.filter(part => !['Importance', 'Pareto front'].includes(part))],
      ] as const) {
        await open(kind)
        for (const part of partNames) {
          await show(part)
          await expectNoBreach(part)
        }
      }
    },
    2 * LONGEST_MS,
  )

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
