import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('programs.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

const program = `echo "trial with x = $1"
echo "step 1 loss 0.5"
echo "step 2 loss 0.25"
`

describe.skipIf(executable === null)('a program of the user, on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    writeFileSync(path.join(application.folder, 'program.sh'), program)
  })
  afterAll(async () => {
    await application?.end()
  })

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    await application.page.waitForTimeout(500)
    await application.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })
  }

  it('is described in a form, trusted once, run, and shows what it wrote', async () => {
    const { page, go } = application
    await go('#/studies/new')
    await studyFile(page).fill(`name: program
objective:
  command: [sh, program.sh, '{x}']
  metrics: { from: pattern, pattern: 'step (?<step>\\d+) loss (?<loss>\\S+)' }
goals: [{ metric: loss, direction: minimize }]
space: { x: { float: [0, 1] } }
stop: { trials: 2 }
`)
    await page.getByRole('textbox', { name: 'Command', exact: true }).waitFor()
    await picture('program-form')
    await page.getByRole('button', { name: 'Create and start' }).click()
    const question = page.getByRole('dialog')
    await question.getByText('program.sh').first().waitFor()
    await picture('program-trust')
    expect(await accessibilityBreaches(page)).toEqual([])
    await question.getByRole('button').last().click()
    await page.getByText('2 trials done').waitFor()
    await go('#/studies/1/trials')
    await page.getByRole('row').nth(1).click()
    await page.getByText('step 2 loss 0.25').waitFor()
    await page.getByText('step 2 loss 0.25').scrollIntoViewIfNeeded()
    await picture('program-output')
  })

  it('is shown in Chinese and in dark', async () => {
    const { page, go } = application
    await page.evaluate(() => {
      localStorage.setItem('tunewright.language', 'zh-CN')
      localStorage.setItem('tunewright.theme', 'dark')
    })
    await page.reload()
    await page.getByRole('tab').first().waitFor()
    await go('#/studies/1/trials')
    await page.getByRole('row').nth(1).click()
    await page.getByRole('heading', { name: '输出' }).waitFor()
    await picture('program-output-zh-dark')
    expect(await accessibilityBreaches(page)).toEqual([])
    expect(application.complaints).toEqual([])
  })
})
