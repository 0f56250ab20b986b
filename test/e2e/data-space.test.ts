import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyFile } from '../helpers/study-file.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'

const executable = findChromium()
if (executable === null) console.warn('data-space.test.ts is skipped: no chromium on PATH')
const towns = ['Ulm', 'Bern', 'Graz']
const table = (head: string, cells: (row: number) => string): string => {
  const rows = Array.from({ length: 60 }, (_, row) => `${cells(row)},${row % 2 ? 'yes' : 'no'}`)
  return `${head},bought\n${rows.join('\n')}\n`
}
const ownStudy = `name: own
objective: { task: tabular, data: { file: plain.csv, target: bought } }
goals: [{ metric: validationAccuracy, direction: maximize }]
space: { learningRate: { float: [0.01, 0.1] } }
stop: { trials: 1 }
`

describe.skipIf(executable === null)('the space of a new study, on the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    const files = {
      'plain.csv': table('size', row => String(row * 0.5)),
      'towns.csv': table('size,town', row => `${row * 0.5},${towns[row % 3]}`),
    }
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(application.folder, name), text)
    }
    await application.go('#/studies/new')
    await openSearch()
    await keepOpen('1 · Data')
  })
  afterAll(async () => {
    await application?.end()
  })

  /** A suggested space is folded until a person looks at it. */
  async function openSearch(title = '3 · Search'): Promise<void> {
    const { page } = application
    const section = page
      .locator('details')
      .filter({ has: page.getByRole('heading', { name: title }) })
    await section.waitFor()
    if ((await section.getAttribute('open')) === null)
      await page.getByRole('heading', { name: title }).click()
  }
  /** What is folded and opened by hand stays open. */
  async function keepOpen(title: string): Promise<void> {
    const { page } = application
    const heading = page.getByRole('heading', { name: title })
    const section = page.locator('details').filter({ has: heading })
    await heading.click()
    if ((await section.getAttribute('open')) !== null) return
    await heading.click()
    await section.and(page.locator('details[open]')).waitFor()
  }
  const text = () => studyFile(application.page)
  const names = (): Promise<string[]> =>
    application.page
      .locator('.space-editor input[aria-label="Parameter"]')
      .evaluateAll(inputs => inputs.map(input => (input as HTMLInputElement).value))
  const isNew = (name: string): boolean => name === 'maxDepth'
  const file = () => application.page.getByRole('textbox', { name: 'objective: data: file' })

  it('is that of the task as soon as it is chosen, before any file is named', async () => {
    const { page } = application
    await expect.poll(names).toContain('ridge')
    await page.getByText('Images', { exact: true }).click()
    await expect.poll(names).toContain('kernelSize')
    await page.getByText('Table', { exact: true }).click()
    await expect.poll(names).toContain('ridge')
    expect(await names()).not.toContain('kernelSize')
    // Nobody had touched the space of images, so nothing was lost.
    expect(await page.getByText('The search space is now that of the new objective.').count()).toBe(
      0,
    )
  })

  it('has parameters for categories while the data have some, and says so', async () => {
    const { page } = application
    await file().fill('towns.csv')
    await page.getByRole('radio', { name: 'bought: Target' }).check()
    await page.getByText('bought has 2 classes').waitFor()
    await page.getByText('New: categories, embeddingScale.').waitFor()
    expect(await names()).toContain('embeddingScale')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    await file().fill('plain.csv')
    await page.getByText('No longer there: categories, embeddingScale.').waitFor()
    expect(await names()).not.toContain('categories')
  })

  it('keeps what a person has changed, added and removed when the data change', async () => {
    const { page } = application
    await page.getByRole('textbox', { name: 'units: High' }).fill('48')
    await page.getByRole('button', { name: 'Remove dropout' }).click()
    await page.getByRole('button', { name: 'Add a parameter', exact: true }).click()
    await page.getByRole('button', { name: /^maxDepth/ }).click()
    await expect.poll(async () => (await names()).some(isNew)).toBe(true)
    // Letter by letter, as it is typed: no name on the way can be read.
    await file().fill('')
    await file().pressSequentially('towns.csv')
    await page.getByText('New: categories, embeddingScale.').waitFor()
    expect(await page.getByRole('textbox', { name: 'units: High' }).inputValue()).toBe('48')
    expect(await names()).not.toContain('dropout')
    expect((await names()).some(isNew)).toBe(true)
    await file().fill('plain.csv')
    await page.getByText('No longer there: categories, embeddingScale.').waitFor()
    expect(await text().inputValue()).toContain(
      'units: { int: [ 16, 48 ], log: true, when: { family: network } }',
    )
    expect((await names()).some(isNew)).toBe(true)
  })

  it('gives way to another objective, and comes back when that is undone', async () => {
    const { page } = application
    const before = await text().inputValue()
    await page.getByRole('radio', { name: 'Test function' }).check()
    const notice = page
      .locator('.notice')
      .filter({ hasText: 'The search space is now that of the new objective.' })
    await notice.waitFor()
    expect(await names()).toEqual(['x0', 'x1'])
    await notice.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => text().inputValue()).toBe(before)
    await openSearch()
    // What the data suggest still follows them.
    await file().fill('towns.csv')
    await page.getByText('New: categories, embeddingScale.').waitFor()
    expect(await page.getByRole('textbox', { name: 'units: High' }).inputValue()).toBe('48')
  })

  it('is still there after a look at another screen, and can be begun anew', async () => {
    const { page, go } = application
    const before = await text().inputValue()
    await go('#/datasets')
    await page.getByRole('heading', { level: 1, name: 'Data sets' }).waitFor()
    await go('#/studies/new')
    await page.getByText('This is the study that you had begun.').waitFor()
    expect(await text().inputValue()).toBe(before)
    await openSearch()
    await keepOpen('1 · Data')
    await file().fill('plain.csv')
    await page.getByText('No longer there: categories, embeddingScale.').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    await page.getByRole('button', { name: 'Start over' }).click()
    await expect.poll(async () => (await names()).some(isNew)).toBe(false)
    await page
      .locator('.notice')
      .filter({ hasText: 'The form shows another study.' })
      .getByRole('button', { name: 'Undo' })
      .click()
    await expect.poll(async () => (await names()).some(isNew)).toBe(true)
  })

  it('of a file stays as it is, whatever the data', async () => {
    const { page, folder } = application
    writeFileSync(path.join(folder, 'own.yaml'), ownStudy)
    await page.locator('input[type=file][accept]').setInputFiles(path.join(folder, 'own.yaml'))
    await expect.poll(() => text().inputValue()).toBe(ownStudy)
    await file().fill('towns.csv')
    await expect.poll(() => text().inputValue()).toContain('towns.csv')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    expect(await names()).toEqual(['learningRate'])
  })

  it('says all of it in Chinese', async () => {
    const { page } = application
    await page.evaluate(() => {
      localStorage.setItem('tunewright.language', 'zh-CN')
    })
    await page.reload()
    await page.getByRole('button', { name: '重新开始' }).click()
    await page.getByText('下一步：选择数据。').waitFor()
    await openSearch('3 · 搜索')
    await keepOpen('1 · 数据')
    await file().fill('towns.csv')
    await page
      .getByRole('radio', { name: 'bought：目标' })
      .or(page.getByRole('radio', { name: /^bought: / }))
      .check()
    await page.getByText('新增：categories、embeddingScale。').waitFor()
    await file().fill('plain.csv')
    await page.getByText('不再包含：categories、embeddingScale。').waitFor()
    await page.getByRole('button', { name: '删除 dropout' }).click()
    await page.getByRole('radio', { name: '测试函数' }).check()
    await page.getByText('搜索空间现为新目标任务的空间。').first().waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    expect(application.complaints).toEqual([])
  })
})
