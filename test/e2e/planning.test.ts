import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('planning.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

const study = `# kept as it is
name: planned
objective: { function: branin, steps: 4, durationMs: 20 }
goals: [{ metric: value, direction: minimize }]
space:
  x0: { float: [0.01, 10], log: true }
  x1: { choice: [1, 5, 9] }
stop: { trials: 6, minutes: 5 }
`

describe.skipIf(executable === null)('planning studies on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
  })
  afterAll(async () => {
    await application?.end()
  })

  async function picture(name: string): Promise<void> {
    if (pictures !== undefined) {
      await application.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
    }
  }

  it('edits conditions as a tree', async () => {
    const { page, go } = application
    await go('#/studies/new')
    await page.getByText('Images', { exact: true }).click()
    await page.getByRole('button', { name: 'Use MNIST, handwritten digits' }).click()
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await page.getByRole('heading', { name: '3 · Search' }).click()
    const text = studyFile(page)
    const names = page.locator('.space-editor').getByRole('textbox', { name: 'Parameter' })
    const order = (): Promise<string[]> =>
      names.evaluateAll(inputs => inputs.map(input => (input as HTMLInputElement).value))
    expect((await order()).indexOf('dropout')).toBeGreaterThan(4)
    await page.getByRole('button', { name: 'dropout: if … Add a condition' }).click()
    await page.getByRole('combobox', { name: 'dropout: depends on 1' }).press('Enter')
    await page.getByRole('option', { name: 'kernelSize' }).click()
    // Below its parent now, which itself depends on the model.
    const after = await order()
    expect(after[after.indexOf('kernelSize') + 1]).toBe('dropout')
    await page.getByRole('combobox', { name: 'dropout: values that it needs 1' }).fill('5')
    await page.getByRole('option', { name: '5', exact: true }).click()
    await expect
      .poll(() => text.inputValue())
      .toContain('dropout: { float: [ 0, 0.5 ], when: { kernelSize: [ 3, 5 ] } }')
    await page.keyboard.press('Escape')
    await page.getByText('only if kernelSize is 3 / 5').waitFor()
    // Names of a built-in task are known: they are chosen with what they do, not made up.
    await page.getByRole('button', { name: 'Add a parameter', exact: true }).click()
    await page.getByRole('textbox', { name: 'Search parameters' }).fill('blanked')
    expect(await accessibilityBreaches(page)).toEqual([])
    await page.getByRole('button', { name: /^cutout/ }).click()
    await expect.poll(() => text.inputValue()).toMatch(/cutout: \{ int: \[ 0, \d+ \] \}/)
    await page.getByRole('button', { name: 'Remove cutout' }).click()
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('reads a study file of this machine, and previews what it would try', async () => {
    const { page, go, folder } = application
    await go('#/studies/new')
    const file = path.join(folder, 'planned.yaml')
    writeFileSync(file, study)
    await page.locator('input[type=file][accept]').setInputFiles(file)
    const text = studyFile(page)
    await expect.poll(() => text.inputValue()).toBe(study)
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await page.getByText('What would be tried').click()
    await page.getByText('Infinitely many points.').waitFor()
    const density = page.getByRole('img', { name: /^most often, in \d+ % of the points, in \d/ })
    await density.waitFor()
    const samples = page.getByRole('region', { name: 'Some random points' })
    expect(await samples.getByRole('row').count()).toBe(7)
  })

  it('recommends a sampler with its reason', async () => {
    const { page } = application
    await page.getByText('Method and relations').click()
    await page.getByText('gp: with few trials, a model').waitFor()
    await page.getByText('catcma from trial 200 on').waitFor()
    await page.getByRole('button', { name: 'Use it' }).click()
    await page.getByText('The study uses it.').waitFor()
    const text = studyFile(page)
    expect(await text.inputValue()).toContain('name: auto')
  })

  it('takes relations and names a broken one', async () => {
    const { page } = application
    const relations = page.getByRole('textbox', { name: 'Relations' })
    await relations.fill('x0 < x9')
    await page.getByText(/relations\[0\]/).waitFor()
    await relations.fill('x0 < x1')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    const text = studyFile(page)
    expect(await text.inputValue()).toContain('# kept as it is')
  })

  it('sets options of the sampler and the pruner, and everything else that a file can say', async () => {
    const { page } = application
    const text = studyFile(page)
    const choose = async (field: string, option: string): Promise<void> => {
      const box = page.getByRole('combobox', { name: field, exact: true })
      // The list that was open before may still be fading, and take the press for itself.
      await vi.waitFor(
        async () => {
          if ((await box.getAttribute('aria-expanded')) !== 'true') await box.press('Enter')
          const list = page.getByRole('listbox', { name: field, exact: true })
          await list.getByRole('option', { name: option, exact: true }).click({ timeout: 3_000 })
          const select = page.locator('.el-select').filter({ has: box })
          expect(await select.innerText()).toContain(option)
        },
        { timeout: 30_000 },
      )
    }
    await choose('Sampler', 'tpe')
    await page.getByText('Options of tpe').click()
    await choose('tpe: multivariate', 'false')
    await page.getByRole('textbox', { name: 'tpe: goodShare' }).fill('7')
    await page.getByText(/sampler\.goodShare/).waitFor()
    await page.getByRole('textbox', { name: 'tpe: goodShare' }).fill('0.2')
    await choose('Pruner', 'patient')
    await page.getByText('Options of patient').click()
    await choose('patient: wrapped', 'percentile')
    await page.getByRole('textbox', { name: 'patient: wrapped percentile: percentile' }).fill('40')
    await page.getByText('More settings').click()
    await page.getByRole('textbox', { name: 'stop: stagnation' }).fill('90')
    await choose('study: duplicates', 'redraw')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await page.getByText('2 changed: stop.stagnation = 90, duplicates = redraw').waitFor()
    const written = await text.inputValue()
    expect(written).toContain('sampler: { name: tpe, multivariate: false, goodShare: 0.2 }')
    expect(written).toContain(
      'pruner: { name: patient, wrapped: { name: percentile, percentile: 40 } }',
    )
    expect(written).toContain('stagnation: 90')
    expect(written).toContain('duplicates: redraw')
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('measures one trial and says when the study would end', async () => {
    const { page } = application
    await page.getByRole('button', { name: 'Test run' }).click()
    await page.getByText(/A trial takes about/).waitFor()
    await page.getByText(/trials fit the time limit/).waitFor()
    await page.getByText(/would end at/).waitFor()
    await picture('new-study')
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('runs it, and labels, archives and duplicates it in the list', async () => {
    const { page, go } = application
    await page.getByRole('button', { name: 'Create and start' }).click()
    await page.getByText('✓ Finished').waitFor()
    await go('#/studies')
    const actions = page.getByRole('button', { name: 'Actions for planned' })
    await actions.click()
    await page.getByRole('menuitem', { name: 'Tags and note …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Tags' }).fill('paper')
    await page.getByRole('option', { name: 'paper' }).click()
    // Leaves the list of tags, which would cover what stands below it.
    await page.keyboard.press('Tab')
    await dialog.getByRole('textbox', { name: 'Note' }).fill('first try')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /planned.*paper.*first try/ }).waitFor()
    await actions.click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await page.getByRole('row', { name: /planned/ }).waitFor({ state: 'hidden' })
    await page.getByText('Show archived (1)').click()
    await page.getByRole('row', { name: /planned.*archived/ }).waitFor()
    await picture('studies')
    expect(await accessibilityBreaches(page)).toEqual([])
    await actions.click()
    await page.getByRole('menuitem', { name: 'Duplicate …' }).click()
    const text = studyFile(page)
    await expect.poll(() => text.inputValue()).toContain('name: planned-2')
  })

  it('offers filters by column without an accessibility breach', async () => {
    const { page, go } = application
    await go('#/studies/1/trials')
    await page.getByRole('button', { name: 'Add a filter …' }).click()
    await page.getByRole('combobox', { name: 'Column', exact: true }).waitFor()
    await page.waitForTimeout(400)
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('deletes a study with undo', async () => {
    const { page, go } = application
    await go('#/studies')
    await page.getByText('Show archived (1)').click()
    const row = page.getByRole('row', { name: /planned/ })
    await row.waitFor()
    await page.getByRole('button', { name: 'Actions for planned' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await row.waitFor({ state: 'hidden' })
    await page
      .locator('.notice', { hasText: 'Study “planned” deleted.' })
      .getByRole('button', { name: 'Undo', exact: true })
      .click()
    await page.getByText('Show archived (1)').waitFor()
  })

  it('keeps all that names a parameter while its name is typed, over a reload as well', async () => {
    const { page, go } = application
    await go('#/studies/new')
    const text = studyFile(page)
    await text.fill(`name: renamed
objective: { command: [echo, '--rate={lr}'] }
goals: [{ metric: loss, direction: minimize }]
space: { lr: { float: [0, 1] }, momentum: { float: [0, 1] } }
relations: [lr < momentum]
enqueue: [{ lr: 0.1, momentum: 0.5 }]
stop: { trials: 6 }
`)
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    const names = page.locator('.space-editor').getByRole('textbox', { name: 'Parameter' })
    const type = async (index: number, typed: string): Promise<void> => {
      await names.nth(index).press('ControlOrMeta+a')
      await page.keyboard.press('Backspace')
      await page.keyboard.type(typed)
    }
    await type(0, '')
    await type(1, 'decay')
    await type(0, 'decay')
    await page.getByText('Another parameter has this name.').first().waitFor()
    await type(0, 'rate')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    const isRenamed = async (): Promise<void> => {
      const written = await text.inputValue()
      for (const text of ['--rate={rate}', 'rate < decay', 'rate: 0.1, decay: 0.5']) {
        expect(written).toContain(text)
      }
      expect(written).not.toMatch(/lr|momentum/)
    }
    await isRenamed()
    await picture('renamed')
    await page.reload()
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await isRenamed()
  })

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
