import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches, inBothThemes } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { programStudy, slowStudy, trainedStudy } from '../helpers/page-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { fromStudyMenu } from '../helpers/study-menu.ts'

const executable = findChromium()
if (executable === null) console.warn('dialogs.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

const LONGEST_MS = 120_000
/** Less than a test may take, so that what is missing is named. */
const LONGEST_WAIT_MS = 40_000
const data = fileURLToPath(new URL('../fixtures/data/breast-cancer.csv', import.meta.url))
const space = fileURLToPath(new URL('../fixtures/interop/hyperopt_space.py', import.meta.url))

describe.skipIf(executable === null)('dialogs without a breach of accessibility', () => {
  let application: Application

  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      seedStudies(databasePath, [kindsOfStudies.pruned, kindsOfStudies.genetic])
    })
    const { page, folder } = application
    page.setDefaultTimeout(LONGEST_WAIT_MS)
    writeFileSync(path.join(folder, 'program.sh'), 'echo "{}"\n')
    await application.startStudy(trainedStudy(data, 'diagnosis'))
    await page.getByText('2 trials done').waitFor()
  }, LONGEST_MS)
  afterAll(async () => {
    await application?.end()
  })

  describe.each(['en', 'zh-CN'] as const)('%s', language => {
    const t = createTranslate(language)

    beforeAll(async () => {
      const { page } = application
      await page.evaluate(chosen => {
        localStorage.setItem('tunewright.language', chosen)
      }, language)
      await page.reload()
      await page.getByRole('link', { name: t('nav.settings') }).waitFor()
      await page.locator(`html[lang=${language}]`).waitFor()
    })

    /** What is on the screen now, whole, without a breach in either theme; the theme follows the system's. */
    async function check(name: string): Promise<void> {
      const { page } = application
      const fields = page.locator('input.el-input__inner, input.el-select__input, [role=menuitem]')
      // Beside another one, a lower one would be too small to be hit.
      const low = await fields.evaluateAll(all =>
        all
          .filter(field => field.checkVisibility() && field.getBoundingClientRect().height < 24)
          .map(({ outerHTML }) => outerHTML),
      )
      expect(low, name).toEqual([])
      await inBothThemes(page, async theme => {
        if (pictures !== undefined) {
          await page.waitForTimeout(500)
          await page.screenshot({ path: `${pictures}/${name}-${language}-${theme}.png` })
        }
        expect(await accessibilityBreaches(page), `${name}, ${theme}`).toEqual([])
      })
    }

    async function close(): Promise<void> {
      const { page } = application
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }

    /** What is typed goes into the dialog, also where a menu that opened it had the focus last. */
    async function hasFocus(): Promise<void> {
      const focused = application.page.locator('[role=dialog] :focus, [role=dialog]:focus')
      expect(await focused.count(), 'focus in the dialog').toBe(1)
    }

    async function openTrial(study: number, number: number): Promise<void> {
      const { page, go } = application
      await go(`#/studies/${study}/trials`)
      await page.getByRole('grid').waitFor()
      await page.getByRole('textbox').first().fill(`trial:${number}`)
      await page.getByRole('row').nth(1).click()
      await page.getByRole('dialog').waitFor()
    }

    it('report', { timeout: LONGEST_MS }, async () => {
      const { page, go } = application
      await go('#/studies/1/monitor')
      await page.getByRole('button', { name: t('study.report') }).click()
      const dialog = page.getByRole('dialog', { name: t('output.reportTitle') })
      await dialog.locator('.paper section#verdict').waitFor()
      await check('report')
      await dialog.getByRole('combobox', { name: t('output.format') }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('option', { name: t('output.formats.csv') }).click()
      await dialog.getByText(t('output.wholeRecord')).waitFor()
      await check('report-whole')
      // In a list, Escape would close the list.
      await dialog.getByRole('button', { name: t('output.save') }).focus()
      await close()
    })

    it('import', { timeout: LONGEST_MS }, async () => {
      const { page, go, folder } = application
      await go('#/studies')
      await page.getByRole('button', { name: t('output.importMenu') }).click()
      const dialog = page.getByRole('dialog', { name: t('output.importTitle') })
      const file = dialog.locator('input[type=file]')
      const broken = path.join(folder, 'broken.csv')
      writeFileSync(broken, 'x,y\n"1,2\n')
      await file.setInputFiles(broken)
      // By its own name, not by where it lay for a moment.
      await dialog
        .getByRole('alert')
        .filter({ hasText: /[:：]\s?broken\.csv/ })
        .waitFor()
      await check('import-broken')
      const runs = path.join(folder, 'runs.csv')
      writeFileSync(runs, 'id,rate,kind,loss\n1,0.1,a,3\n2,0.01,b,2\n3,0.001,a,\n')
      await file.setInputFiles(runs)
      await dialog.getByRole('combobox', { name: t('output.measured') }).waitFor()
      await check('import-runs')
      await dialog.getByRole('button', { name: t('output.import'), exact: true }).click()
      // What differs from the file is said in the language of the page.
      await dialog.getByText(language === 'en' ? 'columns left out: ' : '略去的列：').waitFor()
      await check('import-done')
      await close()
      await page.getByRole('button', { name: t('output.importMenu') }).click()
      await file.setInputFiles(space)
      await dialog.getByRole('button', { name: t('output.asNewStudy') }).waitFor()
      await dialog
        .getByText(language === 'en' ? 'objective is missing' : '缺少 objective')
        .waitFor()
      await check('import-space')
      await close()
    })

    it('train longer, fork, copy', { timeout: LONGEST_MS }, async () => {
      const { page } = application
      await openTrial(3, 0)
      for (const [name, text] of [
        ['extend', t('lineage.extend')],
        ['fork', t('lineage.fork')],
        ['copy', t('steering.clone')],
      ] as const) {
        await page.getByRole('button', { name: t('menu.opens', { name: text }) }).click()
        const title = name === 'copy' ? t('steering.enqueue') : text
        const dialog = page.getByRole('dialog', { name: title })
        await dialog.waitFor()
        await check(name)
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'hidden' })
      }
      await close()
    })

    it('the model', { timeout: LONGEST_MS }, async () => {
      const { page, go } = application
      await go('#/studies/3/monitor')
      await fromStudyMenu(page, t('menu.opens', { name: t('model.title') }))
      await page.getByRole('dialog', { name: t('model.title') }).waitFor()
      await check('model')
      await hasFocus()
      await close()
    })

    it('verify and what if', { timeout: 2 * LONGEST_MS }, async () => {
      const { page, go } = application
      await go('#/studies/3/analysis')
      await page.locator('.parts label', { hasText: t('analysis.parts.verify') }).click()
      await page.getByRole('button', { name: t('verify.start'), exact: true }).click()
      await page.getByText(t('verify.holds')).waitFor()
      await check('verify')
      await go('#/studies/2/analysis')
      await page.locator('.parts label', { hasText: t('analysis.parts.whatIf') }).click()
      // This study reported nothing while it ran, so that a pruner has nothing to judge.
      await page.getByRole('button', { name: t('whatIf.start') }).click()
      await page.locator('.el-message--error').waitFor()
      await check('refused')
      await page.locator('main label', { hasText: t('whatIf.pruner') }).click()
      await page.locator('main label', { hasText: t('whatIf.sampler') }).click()
      await page.getByRole('button', { name: t('whatIf.start') }).click()
      const chart = page.getByRole('region', { name: t('whatIf.samplerTitle') })
      await chart.getByText(t('whatIf.simulation'), { exact: true }).waitFor()
      await check('what-if')
    })

    it('pausing a trial, changing settings, enqueuing', { timeout: LONGEST_MS }, async () => {
      const { page, go } = application
      await go('#/studies/new')
      const file = studyFile(page, t)
      await file.fill(slowStudy(`slow-${language}`, 600))
      await page.getByRole('button', { name: t('newStudy.create') }).click()
      await page
        .getByRole('button', { name: t('lineage.suspend') })
        .first()
        .click()
      await page
        .getByRole('article')
        .filter({ hasText: t('lineage.suspended') })
        .waitFor()
      await check('suspended')
      for (const [name, text] of [
        ['change', t('steering.change')],
        ['enqueue', t('steering.enqueue')],
        ['notices', t('notices.title')],
      ] as const) {
        if (name === 'change') await fromStudyMenu(page, text)
        else await page.getByRole('button', { name: text }).first().click()
        await page.getByRole('dialog', { name: text }).waitFor()
        await check(name)
        await hasFocus()
        await close()
      }
      await fromStudyMenu(page, t('steering.stopNow'))
    })

    it('tags, trust, shortcuts, palette', { timeout: LONGEST_MS }, async () => {
      const { page, go } = application
      await go('#/studies')
      const actions = t('studies.actions', { name: 'trained' })
      await page.getByRole('button', { name: actions }).click()
      await page.getByRole('menuitem', { name: t('studies.editLabels') }).click()
      await page.getByRole('dialog').waitFor()
      await check('labels')
      await hasFocus()
      await close()
      for (const [name, key, title] of [
        ['shortcuts', '?', t('shortcuts.title')],
        ['palette', 'Control+k', t('shortcuts.palette')],
      ] as const) {
        await page.keyboard.press(key)
        await page.getByRole('dialog', { name: title }).waitFor()
        await check(name)
        await close()
      }
      await go('#/studies/new')
      await studyFile(page, t).fill(programStudy)
      await page.getByRole('button', { name: t('newStudy.create') }).click()
      await page.getByRole('dialog', { name: createTranslate(language)('trust.title') }).waitFor()
      await check('trust')
      await close()
    })
  })

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
