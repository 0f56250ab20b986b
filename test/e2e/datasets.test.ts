import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('datasets.test.ts is skipped: no chromium on PATH')

const study = `name: hills
objective: { task: tabular, data: { file: hills.csv, target: height } }
goals: [{ metric: validationRmse, direction: minimize }]
space: { learningRate: { float: [0.001, 0.1], log: true }, epochs: { fixed: 1 } }
stop: { trials: 1 }
engine: cpu
`

describe.skipIf(executable === null)('data sets on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    const { page, folder, go } = application
    // A content of its own: the cache is the user's, whose other data sets the page shows too.
    const rows = Array.from({ length: 60 }, (_, row) => `${row * 3},${Math.sin(row) + process.pid}`)
    writeFileSync(path.join(folder, 'hills.csv'), `width,height\n${rows.join('\n')}\n`)
    await go('#/studies/new')
    await studyFile(page).fill(study)
    await page.getByRole('button', { name: 'Create and start' }).click()
    await page.getByText('finished').first().waitFor()
  })
  afterAll(async () => {
    await application?.end()
  })

  it('are shown with their state; arrays can go while the entry stays', async () => {
    const { page, go } = application
    await go('#/datasets')
    const card = page.locator('section.panel').filter({ hasText: 'hills.csv' }).first()
    await card.getByText('✓ Prepared').waitFor()
    expect(await card.getByRole('button', { name: 'Remove entry' }).count()).toBe(0)
    expect(await accessibilityBreaches(page)).toEqual([])
    await card.getByRole('button', { name: 'Remove prepared data' }).click()
    await card.getByText('○ Not prepared').waitFor()
    await card.getByRole('link', { name: 'hills' }).waitFor()
    expect(await card.getByRole('button', { name: 'Remove prepared data' }).count()).toBe(0)
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('say when their source has gone', async () => {
    const { page, go, folder } = application
    writeFileSync(path.join(folder, 'hills.csv'), 'width,height\n1,2\n')
    await go('#/studies')
    await go('#/datasets')
    const card = page.locator('section.panel').filter({ hasText: 'hills.csv' }).first()
    await card.getByText('! Source changed since').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
  })

  it('complain about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
