import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('kits.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']
/** A Python with scikit-learn and pandas. */
const python = process.env['TUNEWRIGHT_CLIENT_PYTHON']
/** A trial of the kit on a machine that is busy with other tests. */
const LIMIT_MS = 400_000

/** Where no Python has the libraries: what the program of the kit says. */
const standIn = `#!/bin/sh
for step in 1 2 3 4 5; do echo "{\\"step\\": $step, \\"log_loss\\": 0.$step}"; done
`

/** Beside the name of a study that runs. */
const firstTrial = /^[1-9]\d* \/ 40$/

describe.skipIf(executable === null || process.platform === 'win32')(
  'a kit, from the page to its first trial',
  () => {
    let application: Application
    beforeAll(async () => {
      application = await openApplication(executable ?? '')
      const environment = path.join(application.folder, '.venv')
      if (python !== undefined) symlinkSync(path.resolve(python, '../..'), environment)
      else {
        mkdirSync(path.join(environment, 'bin'), { recursive: true })
        writeFileSync(path.join(environment, 'pyvenv.cfg'), '')
        writeFileSync(path.join(environment, 'bin', 'python'), standIn)
        chmodSync(path.join(environment, 'bin', 'python'), 0o755)
      }
    })
    afterAll(async () => {
      await application?.end()
    })

    async function picture(name: string): Promise<void> {
      if (pictures === undefined) return
      await application.page.waitForTimeout(500)
      await application.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
    }

    it(
      'is listed behind a door, copied and started, and nothing is typed',
      { timeout: LIMIT_MS },
      async () => {
        const { page, folder, go } = application
        await go('#/examples')
        await picture('kit-door')
        await page.getByRole('button', { name: 'Start from a kit' }).click()
        await page.getByRole('button', { name: 'Use the kit scikit-learn' }).waitFor()
        await picture('kit-list')
        expect(await accessibilityBreaches(page)).toEqual([])
        await page.getByRole('button', { name: 'Use the kit scikit-learn' }).click()
        await page.getByText('pip install scikit-learn pandas').waitFor()
        await page.getByText('Ready to start. Not tried yet.').waitFor()
        await picture('kit-copied')
        expect(await accessibilityBreaches(page)).toEqual([])
        const kit = path.join(folder, 'uploads', 'kits', 'scikit-learn')
        expect(readdirSync(kit).sort()).toEqual(['study.yaml', 'train.py', 'tunewright.py'])
        await page.getByRole('button', { name: 'Create and start' }).click()
        await page.getByRole('dialog').getByRole('button').last().click()
        await page.getByText(firstTrial).first().waitFor({ timeout: LIMIT_MS })
      },
    )

    it('says where a file of it is there, in Chinese and dark too', async () => {
      const { page, folder, go } = application
      await page.evaluate(() => {
        localStorage.setItem('tunewright.language', 'zh-CN')
        localStorage.setItem('tunewright.theme', 'dark')
      })
      await page.reload()
      const mine = path.join(folder, 'mine')
      mkdirSync(mine)
      writeFileSync(path.join(mine, 'train.py'), 'mine')
      await go('#/studies/new?kind=program&from=kit')
      await page.getByRole('textbox', { name: '存放套件的文件夹' }).fill(mine)
      await page.getByRole('button', { name: '使用套件 XGBoost' }).click()
      await page.getByRole('alert').filter({ hasText: 'train.py' }).waitFor()
      await picture('kit-zh-dark')
      expect(await accessibilityBreaches(page)).toEqual([])
      expect(readdirSync(mine)).toEqual(['train.py'])
      expect(readFileSync(path.join(mine, 'train.py'), 'utf8')).toBe('mine')
      expect(application.complaints).toEqual([])
    })
  },
)
