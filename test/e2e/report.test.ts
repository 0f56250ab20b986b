import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Language } from '../../src-main/core/i18n/language.ts'
import { buildHtmlReport } from '../helpers/html-report.ts'
import { writeOutput } from '../../src-main/platform/files/write-output.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { sampleNames, sampleSnapshot, type SampleName } from '../helpers/sample-snapshot.ts'

const executable = findChromium()
if (executable === null) {
  console.warn('report.test.ts is skipped: no chromium on PATH')
}

/** What axe needs of its page; the rest of its interface is not used. */
interface AxeWindow {
  readonly axe: {
    run(options: object): Promise<{
      passes: unknown[]
      violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[]
    }>
  }
}

describe.skipIf(executable === null)('the report in a browser', () => {
  let browser: Browser
  let folder: string
  let axeSource: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'))
    browser = await launchChromium(executable ?? '')
    axeSource = await readFile(
      join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'),
      'utf8',
    )
    for (const name of sampleNames) {
      for (const language of ['en', 'zh-CN'] as const) {
        const html = buildHtmlReport(sampleSnapshot(name), {
          language,
          generatedAtMs: Date.UTC(2026, 10, 25),
          version: '0.1.0',
        })
        await writeOutput(fileOf(name, language), html)
      }
    }
  })

  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  function fileOf(name: SampleName, language: Language): string {
    return join(folder, `${name}.${language}.html`)
  }

  /** Opens a report and collects whatever goes wrong or goes out. */
  async function open(
    name: SampleName,
    language: Language,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', error => complaints.push(error.message))
    page.on('dialog', dialog => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', request => requests.push(request.url()))
    await page.goto(pathToFileURL(fileOf(name, language)).href)
    return { page, complaints, requests }
  }

  // Every study once; the other language where its texts are of other lengths.
  const opened: readonly (readonly [SampleName, Language])[] = [
    ...sampleNames.map(name => [name, 'en'] as const),
    ['empty', 'zh-CN'],
    ['conditional', 'zh-CN'],
    ['longNames', 'zh-CN'],
  ]
  for (const [name, language] of opened) {
    it(`${name} in ${language} opens silently and fits wide and narrow windows`, async () => {
      const { page, complaints, requests } = await open(name, language)
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 })
        const { content, window } = await page.evaluate(() => ({
          content: document.documentElement.scrollWidth,
          window: document.documentElement.clientWidth,
        }))
        expect({ width, content }).toEqual({ width, content: window })
      }
      const sizes = await page.$$eval('svg.chart', charts =>
        charts.map(chart => {
          const { width, height } = chart.getBoundingClientRect()
          return Math.min(width, height)
        }),
      )
      if (name !== 'empty' && name !== 'allFailed') expect(sizes.length).toBeGreaterThan(2)
      for (const size of sizes) expect(size).toBeGreaterThan(50)
      expect(complaints).toEqual([])
      expect(requests.filter(url => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual(
        [],
      )
      expect(requests.filter(url => url.startsWith('file:'))).toHaveLength(1)
      await page.context().close()
    })
  }

  it('keeps its policy: an added script does not run, an added image is not loaded', async () => {
    let connections = 0
    const server = createServer(() => connections++)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { page, complaints } = await open('oneTrial', 'en')
    const ran = await page.evaluate(imagePort => {
      const script = document.createElement('script')
      script.textContent = 'document.title = "ran"'
      document.body.append(script)
      const image = document.createElement('img')
      image.src = `http://127.0.0.1:${imagePort}/x.png`
      document.body.append(image)
      return document.title === 'ran'
    }, port)
    expect(ran).toBe(false)
    await expect.poll(() => complaints.join('\n')).toMatch(/image.*Content Security Policy/)
    await page.context().close()
    server.close()
    expect(connections).toBe(0)
  })

  const audited: readonly (readonly [SampleName, 'light' | 'dark'])[] = [
    ['conditional', 'light'],
    ['conditional', 'dark'],
    ['notANumber', 'light'],
    ['allFailed', 'dark'],
    ['running', 'light'],
  ]
  for (const [name, colorScheme] of audited) {
    it(`${name} has no accessibility violation in ${colorScheme}`, async () => {
      // axe is a script, and the page forbids scripts: for the audit only, the policy is lifted.
      const { page } = await open(name, 'en', { colorScheme, bypassCSP: true })
      await page.addScriptTag({ content: axeSource })
      await page.$$eval('details', all => {
        for (const element of all) element.open = true
      })
      const result = await page.evaluate(() =>
        (globalThis as unknown as AxeWindow).axe.run({
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
      )
      expect(result.passes.length).toBeGreaterThan(15)
      expect(
        result.violations.map(({ id, nodes }) => ({
          id,
          first: nodes[0]?.target,
          why: nodes[0]?.failureSummary,
        })),
      ).toEqual([])
      await page.context().close()
    })
  }

  it('can be read with the keyboard: tables unfold, wide content takes the focus', async () => {
    const { page } = await open('conditional', 'zh-CN')
    const summary = page.locator('#curves summary').first()
    await summary.focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#curves details').first().getAttribute('open')).toBe('')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('scroll')
    await page.context().close()
  })

  it('prints several pages of A4', async () => {
    const { page } = await open('conditional', 'en')
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(3)
    await page.context().close()
  })

  for (const name of ['conditional', 'longNames', 'hostile', 'large'] as const) {
    it(`${name} on paper: folded tables are unfolded, nothing is cut off`, async () => {
      // A4 without the margins of the style sheet is 182 mm wide: 688 pixels.
      const { page } = await open(name, 'en', { viewport: { width: 688, height: 1000 } })
      await page.emulateMedia({ media: 'print' })
      const clipped = await page.$$eval('.scroll, .cell, table, pre, main', boxes =>
        boxes
          .filter(
            box => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().right > 689,
          )
          .map(box => box.getAttribute('aria-label') ?? box.tagName),
      )
      expect(clipped).toEqual([])
      const heights = await page.$$eval('details table', tables =>
        tables.map(table => table.getBoundingClientRect().height),
      )
      expect(heights.length).toBeGreaterThan(4)
      expect(Math.min(...heights)).toBeGreaterThan(10)
      await page.context().close()
    })
  }
})
