import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { studyFile } from '../helpers/study-file.ts'

const executable = findChromium()
if (executable === null) console.warn('files.test.ts is skipped: no chromium on PATH')
const pictures = process.env['TUNEWRIGHT_PICTURES']

const program = `
cp picture.png "$TUNEWRIGHT_ARTIFACTS/sample.png"
mkdir "$TUNEWRIGHT_ARTIFACTS/step-1"
cp picture.png "$TUNEWRIGHT_ARTIFACTS/step-1/drawn.png"
printf '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"/>' > "$TUNEWRIGHT_ARTIFACTS/script.png"
mkdir "$TUNEWRIGHT_ARTIFACTS/step-2"
cp picture.png "$TUNEWRIGHT_ARTIFACTS/step-2/drawn.png"
printf 'x,square\\n2,4\\n3,9\\n' > "$TUNEWRIGHT_ARTIFACTS/step-2/table.csv"
echo '{"note": "two rows"}'
echo "{\\"loss\\": $TUNEWRIGHT_PARAM_x}"
`

describe.skipIf(executable === null)('files that programs leave, on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    const { folder } = application
    writeFileSync(path.join(folder, 'show.sh'), program)
    const data = new Uint8Array(300 * 200 * 3).map((_, at) => (at * at) % 251)
    writeFileSync(
      path.join(folder, 'picture.png'),
      encode({ width: 300, height: 200, channels: 3, data }),
    )
  })
  afterAll(async () => {
    await application?.end()
  })

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    await application.page.waitForTimeout(500)
    await application.page.screenshot({ path: `${pictures}/${name}.png` })
  }

  it('stand beside each other, and with their trial', async () => {
    const { page, go } = application
    await go('#/studies/new')
    await studyFile(page).fill(`name: show
objective: { command: [sh, show.sh] }
goals: [{ metric: loss, direction: minimize }]
space: { x: { float: [0, 1] } }
stop: { trials: 3 }
`)
    await page.getByRole('button', { name: 'Create and start' }).click()
    await page.getByRole('dialog').getByRole('button').last().click()
    await page.getByText('3 trials done').waitFor()
    await page.getByRole('tab', { name: 'Files' }).click()
    const grid = page.getByRole('region', { name: 'Files of trials' })
    await grid.getByRole('columnheader', { name: 'table.csv' }).waitFor()
    await grid.locator('img').nth(5).waitFor()
    expect(await grid.locator('img').count()).toBe(6)
    await picture('files-grid')
    expect(await accessibilityBreaches(page)).toEqual([])

    await grid.getByRole('button', { name: 'sample.png' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('picture · 300 × 200').waitFor()
    await dialog.getByRole('img', { name: 'sample.png' }).waitFor()
    await picture('files-picture')
    await page.keyboard.press('Escape')
    await grid.getByRole('button', { name: 'table.csv' }).first().click()
    await dialog.getByText('2 of 2 rows').waitFor()
    await dialog.getByRole('cell', { name: '9' }).waitFor()
    await page.keyboard.press('Escape')
    await grid.getByRole('button', { name: 'script.png' }).first().click()
    await dialog.getByText('<svg xmlns').waitFor()
    expect(await page.title()).not.toBe('1')
    await page.keyboard.press('Escape')

    // The address alone leads here.
    await page.reload()
    await page.getByRole('combobox', { name: 'Step' }).click()
    await page.getByRole('option', { name: 'All steps side by side' }).click()
    await grid.getByRole('columnheader', { name: 'Step 2' }).waitFor()
    expect(await grid.getByRole('columnheader').allTextContents()).toEqual([
      'Trial',
      'Step 1',
      'Step 2',
    ])
    await grid.locator('img').nth(5).waitFor()
    await picture('files-steps')
    expect(await accessibilityBreaches(page)).toEqual([])

    await go('#/studies/1/trials')
    await page.getByRole('row').nth(1).click()
    const overSteps = page.getByRole('region', { name: 'Files over steps' })
    await overSteps.getByRole('img', { name: 'drawn.png, step 2' }).waitFor()
    await overSteps.getByRole('slider', { name: 'Step' }).press('ArrowLeft')
    await overSteps.getByRole('img', { name: 'drawn.png, step 1' }).waitFor()
    await page.getByText(/^All \d+ files$/).click()
    await page.getByRole('heading', { name: 'Step 2' }).waitFor()
    await page.getByText('two rows').first().waitFor()
    await page.getByRole('heading', { name: 'Files of trials' }).scrollIntoViewIfNeeded()
    await picture('files-trial')
    expect(await accessibilityBreaches(page)).toEqual([])
    expect(application.complaints).toEqual([])
  })
})
