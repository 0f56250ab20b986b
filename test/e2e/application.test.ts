import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyFile } from '../helpers/study-file.ts'
import { accessibilityBreaches, inBothThemes } from '../helpers/axe.ts'
import { buildApplication } from '../helpers/build.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { goTo, untilQuiet } from '../helpers/go-to.ts'
import { serve, type Served } from '../helpers/serve.ts'
import { studyMenu } from '../helpers/study-menu.ts'

const executable = findChromium()
if (executable === null) console.warn('application.test.ts is skipped: no chromium on PATH')

describe.skipIf(executable === null)('the application in a browser', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-application-'))
  const complaints: string[] = []
  let browser: Browser
  let served: Served
  let page: Page

  beforeAll(async () => {
    buildApplication()
    browser = await launchChromium(executable ?? '')
    served = await serve('application.sqlite', folder)
    page = await newPage()
    await page.goto(served.link)
  })

  afterAll(async () => {
    await browser?.close()
    await served?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A page that notes whatever goes wrong in it or goes anywhere else. */
  async function newPage(): Promise<Page> {
    const context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1360, height: 860 },
    })
    const opened = await context.newPage()
    opened.setDefaultTimeout(60_000)
    opened.on('console', message => {
      // A stream that is cut off is reported by the browser itself; the page says it in words.
      if (/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/.test(message.text())) return
      complaints.push(`${message.type()}: ${message.text()}`)
    })
    opened.on('pageerror', error => complaints.push(error.message))
    opened.on('request', request => {
      const url = new URL(request.url())
      if (url.protocol !== 'blob:' && url.hostname !== '127.0.0.1') {
        complaints.push(`request to ${request.url()}`)
      }
    })
    return opened
  }

  async function go(hash: string): Promise<void> {
    await goTo(page, hash)
  }

  it('leads a newcomer from nothing to a finished study', async () => {
    await page.getByRole('heading', { level: 2, name: 'Watch it tune' }).waitFor()
    await page
      .getByRole('button', { name: 'Run the sample “A function with a known minimum”' })
      .click()
    await page.getByRole('heading', { name: 'branin' }).waitFor()
    await page.getByText('✓ Finished').waitFor()
    await page.getByText(/^60 trials done$|^target 0.4 reached$/).waitFor()
    expect(await page.getByRole('img', { name: /the best so far/ }).count()).toBe(1)
    expect(await page.getByRole('img', { name: 'Learning curves: value' }).count()).toBe(1)
  })

  it('shows the study in a second tab, by an address that was typed', async () => {
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.getByRole('heading', { name: 'branin' }).waitFor()
    await second.close()
  })

  it('shows every trial, filters, sorts and opens one', async () => {
    await page.getByRole('tab', { name: 'Trials' }).click()
    const grid = page.getByRole('grid', { name: 'Trials' })
    await grid.waitFor()
    const rows = grid.locator('[role=rowgroup] [role=row]')
    await page.getByRole('textbox', { name: /^Filter/ }).fill('state:complete trial<20')
    await expect
      .poll(() => page.getByText(/^showing \d+ of \d+$/).textContent())
      .not.toContain('60 of')
    await grid.getByRole('button', { name: 'value', exact: true }).click()
    const values = await grid.locator('[role=rowgroup] .value').allTextContents()
    const numbers = values.map(Number)
    expect(numbers.length).toBeGreaterThan(2)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    await rows.first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Why proposed').waitFor()
    expect(await drawer.getByRole('row', { name: /^x0/ }).count()).toBe(1)
    await page.keyboard.press('Escape')
  })

  it('keeps what lies inside a range of the parallel coordinates', async () => {
    await page.getByRole('tab', { name: 'Parallel coordinates' }).click()
    const count = page.getByText(/^\d+ of \d+ trials$/)
    await count.waitFor()
    const all = await count.textContent()
    const field = page.getByRole('spinbutton', { name: 'from' })
    await field.fill('5')
    await field.press('Enter')
    await expect.poll(() => count.textContent()).not.toBe(all)
    await page.getByRole('button', { name: 'Clear ranges' }).click()
    await expect.poll(() => count.textContent()).toBe(all)
  })

  it('offers report and exports as files', async () => {
    await page.getByRole('button', { name: 'Report …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Report' })
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save the report' }).click(),
    ])
    await dialog.waitFor({ state: 'hidden' })
    expect(report.suggestedFilename()).toBe('branin.html')
    await studyMenu(page).click()
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Trials as CSV' }).click(),
    ])
    expect(csv.suggestedFilename()).toBe('branin.csv')
  })

  it('makes a study from the form, names what is wrong, and runs it; pause and resume', async () => {
    await go('#/studies/new')
    const file = studyFile(page)
    await page.getByRole('radio', { name: 'Test function' }).check()
    await page.getByRole('combobox', { name: 'Test function', exact: true }).press('Enter')
    await page.getByRole('option', { name: 'ackley', exact: true }).click()
    await expect.poll(() => file.inputValue()).toContain('function: ackley')
    const low = page.getByRole('textbox', { name: 'x0: Low' })
    await low.fill('99')
    await page.getByText(/space\.x0/).waitFor()
    expect(await page.getByRole('button', { name: 'Create and start' }).isDisabled()).toBe(true)
    await low.fill('-3')
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    const text = await file.inputValue()
    await file.fill(
      text
        .replace('name: my-study', 'name: slow one')
        .replace('function: ackley', 'function: ackley\n  steps: 5\n  durationMs: 250')
        .replace('trials: 30', 'trials: 12'),
    )
    await page.getByText('Ready to start. Not tried yet.').waitFor()
    await page.getByRole('button', { name: 'Create and start' }).click()
    await page.getByRole('heading', { name: 'slow one' }).waitFor()
    await page.getByRole('heading', { name: 'Running trials' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByText('▮▮ Paused').waitFor()
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByText('▶ Running').waitFor()
  })

  it('survives kill -9 of the back end: says so, and the study goes on after a new start', async () => {
    await served.kill()
    const note = page.getByText('The back end cannot be reached.')
    await note.waitFor()
    const [above, head] = [
      await note.boundingBox(),
      await page.locator('main header').boundingBox(),
    ]
    expect((above?.y ?? Infinity) + (above?.height ?? 0)).toBeLessThanOrEqual(head?.y ?? 0)
    // The command notices that its launcher is gone, and lets the database go.
    served = await serveWhenFree()
    await page.goto(served.link)
    await page.getByRole('link', { name: 'slow one' }).click()
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByText('✓ Finished').waitFor()
    await page.getByText('12 trials done').waitFor()
  })

  async function serveWhenFree(): Promise<Served> {
    for (let tries = 0; ; tries++) {
      try {
        return await serve('application.sqlite', folder)
      } catch (error) {
        if (tries === 3) throw error
      }
    }
  }

  it('names the devices of the machine and says whether their energy is measured', async () => {
    await go('#/engines')
    const devices = page.locator('section').filter({ hasText: 'Devices' })
    await devices.getByText('Energy of the processors').waitFor()
    expect(await devices.textContent()).toMatch(/(not measured: |measured by the counters).*GPU/)
  })

  it('has a command palette and speaks Chinese', async () => {
    await page.keyboard.press('Control+k')
    // The field has the focus without a press on it.
    await page.locator('input:focus[aria-label^="Type a command"]').waitFor()
    await page.keyboard.insertText('简体')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: '新建研究' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  })

  it('has no accessibility breach on any screen, light and dark', async () => {
    for (const hash of [
      '#/studies',
      '#/studies/new',
      '#/studies/1/monitor',
      '#/studies/1/trials',
      '#/studies/1/parallel',
      '#/studies/1/events',
      '#/studies/1/file',
      '#/datasets',
      '#/engines',
      '#/settings',
    ]) {
      await go(hash)
      await untilQuiet(page)
      await page.waitForTimeout(300)
      await inBothThemes(page, async theme => {
        expect(await accessibilityBreaches(page), `${hash}, ${theme}`).toEqual([])
      })
    }
  })

  it('complained about nothing: no error, no policy violation, no request elsewhere', () => {
    expect(complaints).toEqual([])
  })
})
