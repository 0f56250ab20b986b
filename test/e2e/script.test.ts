import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Locator } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('script.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']
/** From the first press to the first trial. */
const MAX_PRESSES = 4

/** Beside the name of a study that runs. */
const firstTrial = /^[1-9]\d* \/ 50$/

const script = `import argparse
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=0.1)
p.add_argument("--dropout", type=float, default=0.1)
p.add_argument("--epochs", type=int, default=3)
p.add_argument("--api_key", default="hidden-key")
a = p.parse_args()
for epoch in range(a.epochs):
    val_loss = (a.lr - 0.03) ** 2 + a.dropout / (epoch + 1)
    print(f"epoch {epoch} val_loss: {val_loss:.4f}")
`
const constants = `LR = 0.1
DROPOUT = 0.2
print(f"val_loss: {(LR - 0.03) ** 2 + DROPOUT:.4f}")
`

const program = `#!/bin/sh
rate=0.1
while [ $# -gt 0 ]; do
  case $1 in
    --help) echo 'Usage: train.sh [OPTIONS]'; echo; echo '  --lr RATE    learning rate (default: 0.1)'; echo '  --nesterov   momentum of Nesterov'; exit;;
    --lr) rate=$2; shift 2;;
    *) shift;;
  esac
done
echo "loss: $rate"
`

describe.skipIf(executable === null)('a script as it is, on the page', () => {
  let application: Application
  let presses = 0
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    writeFileSync(path.join(application.folder, 'train.py'), script)
    mkdirSync(path.join(application.folder, 'project'))
    writeFileSync(path.join(application.folder, 'project', 'fit.py'), constants)
  })
  afterAll(async () => {
    await application?.end()
  })

  async function press(target: Locator): Promise<void> {
    presses += 1
    await target.click()
  }

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    await application.page.waitForTimeout(500)
    await application.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }

  it('is chosen, read and started within four presses, and nothing is typed', async () => {
    const { page, folder, go } = application
    presses = 0
    await go('#/examples')
    await picture('script-door')
    const chooser = page.waitForEvent('filechooser')
    await press(page.getByRole('button', { name: 'Choose my script …' }).first())
    await (await chooser).setFiles(path.join(folder, 'train.py'))
    const read = page.getByRole('region', { name: 'Read in train.py' })
    await read.waitFor()
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    for (const name of ['--lr', '--dropout']) {
      const row = read.getByRole('row').filter({ hasText: name })
      expect(await row.getByRole('switch').isChecked()).toBe(true)
    }
    expect(await read.textContent()).toContain('val_loss')
    expect(await page.content()).not.toContain('hidden-key')
    await picture('script-read')
    expect(await accessibilityBreaches(page)).toEqual([])
    await press(page.getByRole('button', { name: 'Create and start' }))
    await press(page.getByRole('dialog').getByRole('button').last())
    await page.getByText(firstTrial).first().waitFor()
    expect(presses).toBeLessThanOrEqual(MAX_PRESSES)
    expect(readFileSync(path.join(folder, 'train.py'), 'utf8')).toBe(script)
  })

  it('gets its launcher by a press alone, where it lies', async () => {
    const { page, folder, go } = application
    const launcher = path.join(folder, 'project', 'tunewright_run.py')
    await go('#/studies/new?kind=program')
    const place = page.getByRole('textbox', { name: 'Path of the program on this machine' })
    await place.fill(path.join(folder, 'project', 'fit.py'))
    await place.press('Enter')
    const put = page.getByRole('button', { name: 'Put tunewright_run.py beside it' }).first()
    await put.waitFor()
    await picture('script-launcher')
    expect(existsSync(launcher)).toBe(false)
    await put.click()
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    expect(existsSync(launcher)).toBe(true)
    await page.getByRole('switch', { name: 'Search DROPOUT' }).press('Space')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await page.getByRole('button', { name: 'Create and start' }).click()
    await page.getByRole('dialog').getByRole('button').last().click()
    await page.getByText(firstTrial).first().waitFor()
    expect(readFileSync(path.join(folder, 'project', 'fit.py'), 'utf8')).toBe(constants)
  })

  it('says how a notebook becomes one and reads what a program prints, in Chinese and dark too', async () => {
    const { page, folder, go } = application
    await page.evaluate(() => {
      localStorage.setItem('tunewright.language', 'zh-CN')
      localStorage.setItem('tunewright.theme', 'dark')
    })
    await page.reload()
    await go('#/studies/new?kind=program')
    const notebook = path.join(folder, 'a.ipynb')
    writeFileSync(notebook, '{}')
    await page.locator('input[type=file][accept^=".py,.ipynb,"]').setInputFiles(notebook)
    await page.getByRole('alert').filter({ hasText: 'jupyter nbconvert' }).waitFor()
    await page
      .locator('input[type=file][accept^=".py,.ipynb,"]')
      .setInputFiles(path.join(folder, 'train.py'))
    await page.getByRole('region', { name: 'train.py' }).waitFor()
    await picture('script-zh-dark')
    expect(await accessibilityBreaches(page)).toEqual([])
    const help = path.join(folder, 'train.sh')
    writeFileSync(help, program)
    const place = page.getByRole('textbox', { name: '程序在本机上的路径' })
    await place.fill(help)
    await place.press('Enter')
    const question = page.getByRole('region', { name: '将运行此程序以输出其选项' })
    await question.waitFor()
    await picture('help-zh-dark')
    expect(await accessibilityBreaches(page)).toEqual([])
    await question.getByRole('button', { name: '以 --help 运行' }).click()
    await page.getByText('尚未选择指标').first().waitFor()
    const create = page.getByRole('button', { name: '创建并开始' })
    expect(await create.isDisabled()).toBe(true)
    await picture('help-read-zh-dark')
    await page.getByRole('button', { name: '试运行', exact: true }).click()
    await page.getByRole('dialog').getByRole('button').last().click()
    await page.locator('.output button').first().click()
    // The form is checked again with the metric that was chosen.
    await expect.poll(() => create.isEnabled(), { timeout: 60_000 }).toBe(true)
    await picture('help-tried-zh-dark')
    expect(await accessibilityBreaches(page)).toEqual([])
    expect(application.complaints).toEqual([])
  })
})
