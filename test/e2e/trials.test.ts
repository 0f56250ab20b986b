import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches, inBothThemes } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'

const executable = findChromium()
if (executable === null) console.warn('trials.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

describe.skipIf(executable === null)('the trials of a study', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '', databasePath => {
      seedStudies(databasePath, [kindsOfStudies.pruned])
    })
    await application.go('#/studies/1/trials')
    // The list of studies has rows, too.
    await application.page.getByRole('grid', { name: 'Trials' }).waitFor()
  })
  afterAll(async () => {
    await application?.end()
  })

  async function picture(name: string): Promise<void> {
    if (pictures !== undefined) {
      await application.page.screenshot({ path: `${pictures}/${name}.png` })
    }
  }

  it('saves a view with its groups, which a link and another visit show', async () => {
    const { page, go } = application
    await go('#/studies/1/trials?group=parameter.kind&sort=value.0')
    await page.locator('.row.group').first().waitFor()
    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('kinds')
    await page.keyboard.press('Enter')
    const view = page.getByRole('button', { name: 'kinds', exact: true })
    await view.waitFor()
    await picture('groups')
    expect(await accessibilityBreaches(page)).toEqual([])
    await go('#/studies/1/trials')
    await page.reload()
    await page.getByRole('grid', { name: 'Trials' }).waitFor()
    expect(await page.locator('.row.group').count()).toBe(0)
    await view.click()
    await page.locator('.row.group').first().waitFor()
    await expect.poll(() => page.url()).toContain('group=parameter.kind')
    // All of a head sorts, not its text alone.
    const head = page.getByRole('columnheader', { name: /^State/ })
    const box = await head.boundingBox()
    await head.click({ position: { x: (box?.width ?? 0) - 20, y: (box?.height ?? 0) / 2 } })
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending')
    await page.getByRole('button', { name: 'All trials' }).first().click()
  })

  it('keeps heads above the rows that are scrolled, those of pinned columns too', async () => {
    const { page, go } = application
    await go('#/studies/1/trials')
    const grid = page.getByRole('grid', { name: 'Trials' })
    await grid.evaluate(box => {
      box.scrollTop = 45
    })
    await page.locator('.row[data-index="20"]').waitFor()
    const covered = await grid.evaluate(box =>
      [...box.querySelectorAll('[role=columnheader]')].flatMap(head => {
        const { left, top, width, height } = head.getBoundingClientRect()
        if (left + width > box.getBoundingClientRect().right) return []
        const front = document.elementFromPoint(left + width / 2, top + height / 2)
        return head.contains(front) ? [] : [head.textContent]
      }),
    )
    expect(covered).toEqual([])
  })

  it('opens one beside the table, which stays in use; J goes on, back closes', async () => {
    const { page } = application
    await page.getByRole('row').nth(1).click()
    const panel = page.getByRole('dialog', { name: /^Trial / })
    await panel.waitFor()
    const first = await panel.getAttribute('aria-label')
    await page.keyboard.press('j')
    await expect.poll(() => panel.getAttribute('aria-label')).not.toBe(first)
    await picture('docked')
    // Nothing of the table lies below the panel.
    const table = await page.getByRole('grid').boundingBox()
    const dock = await panel.boundingBox()
    expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual((dock?.x ?? 0) + 1)
    await panel.getByRole('separator', { name: 'Width of the panel' }).press('ArrowLeft')
    await expect.poll(async () => (await panel.boundingBox())?.width).toBe((dock?.width ?? 0) + 40)
    expect(await accessibilityBreaches(page)).toEqual([])
    await page.goBack()
    await panel.waitFor({ state: 'hidden' })
    await page.getByRole('grid').waitFor()
  })

  it('shows one as a page, whose address survives loading', async () => {
    const { page } = application
    // Without the groups of the view that was saved.
    await application.go('#/studies')
    await application.go('#/studies/1/trials')
    await page.getByRole('grid').waitFor()
    await page.getByRole('row').nth(1).click()
    await page.getByRole('link', { name: 'Open as a page' }).click()
    await page.getByRole('heading', { name: /^Trial / }).waitFor()
    expect(page.url()).toMatch(/trials\/\d+$/)
    await page.reload()
    await page.getByRole('heading', { name: 'Parameters' }).waitFor()
    await picture('page')
    expect(await accessibilityBreaches(page)).toEqual([])
    await page.getByRole('link', { name: 'All trials' }).click()
    await page.getByRole('grid').waitFor()
  })

  it('compares some side by side, at an address', async () => {
    const { page } = application
    for (const at of [1, 2, 4]) await page.getByRole('row').nth(at).getByRole('checkbox').click()
    await page.getByText('3 selected').waitFor()
    await page.getByRole('button', { name: 'Compare trials' }).click()
    const table = page.getByRole('region', { name: 'Trials side by side' }).first()
    await table.waitFor()
    await page.getByRole('application', { name: /^Learning curves/ }).waitFor()
    expect(page.url()).toMatch(/compare=\d+,\d+,\d+|compare=\d+%2C\d+%2C\d+/)
    await page.reload()
    await table.waitFor()
    await table.getByText('differs').first().waitFor({ state: 'attached' })
    await inBothThemes(page, async theme => {
      await picture(`compare-${theme}`)
      expect(await accessibilityBreaches(page), theme).toEqual([])
    })
    await page.goBack()
    await page.getByRole('grid').waitFor()
  })

  it('looks closely at a chart, moves it, and goes back to all of it', async () => {
    const { page, go } = application
    await go('#/studies/1/analysis/progress')
    const figure = page.getByRole('region', { name: 'Optimization history' })
    const chart = figure.getByRole('application')
    await chart.scrollIntoViewIfNeeded()
    const before = await chart.screenshot()
    await chart.hover()
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -400)
    await page.keyboard.up('Control')
    const reset = figure.getByRole('button', { name: 'Reset zoom' })
    await reset.waitFor()
    await picture('zoomed')
    const box = await chart.boundingBox()
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 120]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 60, y + 20, { steps: 4 })
    await page.mouse.up()
    // A drag is no click on the point where it ends.
    expect(await page.getByText('Selected:').count()).toBe(0)
    await reset.click()
    await page.mouse.move(0, 0)
    await reset.waitFor({ state: 'hidden' })
    await expect.poll(async () => (await chart.screenshot()).equals(before)).toBe(true)
    await chart.focus()
    await page.keyboard.press('+')
    await reset.waitFor()
    await page.keyboard.press('0')
    await reset.waitFor({ state: 'hidden' })
  })

  it('selects what a loop holds, and marks in other charts what is pointed at', async () => {
    const { page } = application
    const chart = page.getByRole('application', { name: /^Optimization history/ })
    const box = await chart.boundingBox()
    const [left, top] = [(box?.x ?? 0) + 60, (box?.y ?? 0) + 40]
    const [right, bottom] = [left + (box?.width ?? 0) / 3, top + 180]
    await page.keyboard.down('Shift')
    await page.mouse.move(left, top)
    await page.mouse.down()
    for (const [x, y] of [
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const)
      await page.mouse.move(x, y, { steps: 3 })
    await picture('loop')
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.getByText('Selected:').waitFor()
    await expect.poll(() => page.url()).toMatch(/selected=\d+/)
    await application.go('#/studies/1/analysis/dependence')
    const slices = page.locator('main .figure canvas')
    await expect.poll(() => slices.count()).toBeGreaterThan(2)
    await slices.nth(1).scrollIntoViewIfNeeded()
    await slices.nth(1).hover()
    await page.locator('main .figure .over circle').first().waitFor()
    await picture('linked')
  })

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
