import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locator } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { lineModule, linePython } from '../helpers/line-program.ts'

const executable = findChromium()
if (executable === null) console.warn('resumes.test.ts is skipped: no chromium on PATH')
const helper = fileURLToPath(
  new URL('../../resources/samples/programs/tunewright.py', import.meta.url),
)
const study = (name: string, objective: string): string => `name: ${name}
objective: ${objective}
goals: [{ metric: loss, direction: minimize }]
space: { rate: { float: [0.01, 0.5] }, momentum: { fixed: 0.5 } }
sampler: { name: random }
stop: { trials: 2 }
parallelTrials: 1
`

describe.skipIf(executable === null)('code of the user that goes on, on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    const { folder } = application
    copyFileSync(helper, path.join(folder, 'tunewright.py'))
    writeFileSync(path.join(folder, 'line.py'), linePython)
    writeFileSync(path.join(folder, 'line.mjs'), lineModule)
  })
  afterAll(async () => {
    await application?.end()
  })

  const text = () => studyFile(application.page)

  async function write(yaml: string): Promise<void> {
    const { page, go } = application
    await go('#/studies/new')
    await text().fill(yaml)
    await page.getByText('Ready to start. Not tried yet.').waitFor()
  }

  /** @param asks whether the code is not trusted yet */
  async function run(trials: number, asks = true): Promise<void> {
    const { page } = application
    await page.getByRole('button', { name: 'Create and start' }).click()
    if (asks) await page.getByRole('dialog').getByRole('button').last().click()
    await page.getByText(`${trials} trials done`).waitFor()
  }

  async function openTrial(id: number, number: number): Promise<Locator> {
    const { page, go } = application
    // Whatever lies above the table is gone then.
    await page.reload()
    await page.getByRole('tab').first().waitFor()
    await go(`#/studies/${id}/trials`)
    await page.getByRole('textbox').first().fill(`trial:${number}`)
    await page.getByRole('row').nth(1).click()
    const drawer = page.getByRole('dialog').first()
    await drawer
      .getByRole('heading', { name: new RegExp(`\\b${number}\\b`) })
      .first()
      .waitFor()
    return drawer
  }

  it('a program alone brings no checkpoints, and the page says why nothing goes on', async () => {
    const { page } = application
    await write(study('plain', '{ command: [python3, line.py] }'))
    const continuation = page.getByRole('switch', { name: 'Goes on from checkpoints' })
    expect(await continuation.isChecked()).toBe(false)
    await run(2)
    const drawer = await openTrial(1, 0)
    await drawer
      .getByText('the study does not say that its program continues from checkpoints')
      .waitFor()
    expect(await drawer.getByRole('button', { name: /^(Train longer|Fork)/ }).count()).toBe(0)
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('the switch of the form writes it into the file, from the keyboard as well', async () => {
    const { page } = application
    await write(study('line', '{ command: [python3, line.py], files: [tunewright.py] }'))
    const continuation = page.getByRole('switch', { name: 'Goes on from checkpoints' })
    await continuation.press('Enter')
    await expect.poll(() => text().inputValue()).toContain('resumes: true')
    await continuation.press('Enter')
    await expect.poll(() => text().inputValue()).not.toContain('resumes')
    await continuation.press('Enter')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    expect(await text().inputValue()).toContain('files: [ tunewright.py ]')
    expect(await accessibilityBreaches(page)).toEqual([])
    // What line.py imports is trusted with it, named in the file or not.
    await run(2, false)
  })

  it('a trial of a finished study is trained longer, to the step that it is told', async () => {
    const { page } = application
    const drawer = await openTrial(2, 0)
    const button = drawer.getByRole('button', { name: /^Train longer/ })
    await button.click()
    const dialog = page.getByRole('dialog', { name: 'Train longer' })
    await dialog.getByText('A new trial continues after step 6 of trial 0').waitFor()
    await dialog.getByText('The study has ended or waits').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    // Closed by a key, the focus is where it was.
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await expect
      .poll(() => button.evaluate(element => element === document.activeElement))
      .toBe(true)
    await button.press('Enter')
    await dialog.getByRole('spinbutton', { name: 'Further steps' }).fill('4')
    await dialog.getByRole('spinbutton', { name: 'Further steps' }).press('Enter')
    await page.getByText('Trained longer next: trial 0.').waitFor()
    await dialog.waitFor({ state: 'hidden' })
  })

  it('and forked with another value; both are trained once the study is resumed', async () => {
    const { page } = application
    const drawer = page.getByRole('dialog', { name: 'Trial 0' })
    await drawer.getByRole('button', { name: /^Fork/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Fork' })
    // Nobody but the program knows its weights.
    expect(await dialog.getByRole('radio').count()).toBe(0)
    await dialog.getByRole('textbox', { name: 'rate' }).fill('0.25')
    await dialog.getByRole('spinbutton', { name: 'Further steps' }).fill('3')
    expect(await accessibilityBreaches(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Fork', exact: true }).click()
    await page.getByText('A fork of trial 0 is trained next.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByText('4 trials done').waitFor()
    const child = await openTrial(2, 2)
    await child.getByText('from trial 0, step 6').waitFor()
    await child.getByText('going on after 6').waitFor()
    const parent = await openTrial(2, 0)
    const family = parent.getByRole('region', { name: 'Lineage' }).first()
    await family.getByText('View data').click()
    await family.getByRole('row', { name: /^2 6 – 10 continued/ }).waitFor()
    await family.getByRole('row', { name: /^3 6 – 9 fork rate .* → 0\.25/ }).waitFor()
  })

  it('a module has the same choice among its options', async () => {
    const { page } = application
    await write(study('module', '{ module: line.mjs }'))
    await page.getByRole('combobox', { name: 'objective: resumes' }).press('Enter')
    await page.getByRole('option', { name: 'true', exact: true }).click()
    await expect.poll(() => text().inputValue()).toContain('resumes: true')
    // What a module reports, only it knows: the goal of the file stays.
    expect(await text().inputValue()).toContain('metric: loss')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await run(2)
    const drawer = await openTrial(3, 1)
    await drawer.getByRole('button', { name: /^Train longer/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Train longer' })
    await dialog.getByRole('spinbutton', { name: 'Further steps' }).fill('2')
    await dialog.getByRole('button', { name: 'Train longer' }).click()
    await page.getByText('Trained longer next: trial 1.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByText('3 trials done').waitFor()
    const child = await openTrial(3, 2)
    await child.getByText('from trial 1, step 6').waitFor()
  })

  it('says all of it in Chinese, in dark', async () => {
    const { page, go } = application
    await page.evaluate(() => {
      localStorage.setItem('tunewright.language', 'zh-CN')
      localStorage.setItem('tunewright.theme', 'dark')
    })
    const plain = await openTrial(1, 0)
    await plain.getByText('研究没有说明其程序可从检查点继续').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    const drawer = await openTrial(2, 1)
    await drawer.getByRole('button', { name: /^延长训练/ }).click()
    const longer = page.getByRole('dialog', { name: '延长训练' })
    await longer.getByRole('spinbutton', { name: '再训练的步数' }).waitFor()
    await page.keyboard.press('Escape')
    await longer.waitFor({ state: 'hidden' })
    await drawer.getByRole('button', { name: /^分叉/ }).click()
    const fork = page.getByRole('dialog', { name: '分叉' })
    await fork.getByRole('spinbutton', { name: '再训练的步数' }).waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    await page.reload()
    await go('#/studies/new')
    await page.getByRole('radio', { name: '运行自己的程序' }).check()
    await page.getByRole('switch', { name: '可从检查点继续' }).waitFor({ state: 'attached' })
    await expect
      .poll(() => studyFile(page, createTranslate('zh-CN')).inputValue())
      .toContain('metric: loss')
    expect(await accessibilityBreaches(page)).toEqual([])
    expect(application.complaints).toEqual([])
  })
})
