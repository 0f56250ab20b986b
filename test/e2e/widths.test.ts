import { chromium } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { cutParts } from '../helpers/cut-parts.ts'
import { applyAppearance } from '../helpers/appearance.ts'
import { untilQuiet } from '../helpers/go-to.ts'
import { kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { studyFile } from '../helpers/study-file.ts'

const executable = findChromium()
if (executable === null) console.warn('widths.test.ts is skipped: no chromium on PATH')

const studies = [kindsOfStudies.pruned, kindsOfStudies.goals, kindsOfStudies.failed]
const parts =
  'progress dependence pairs importance customChart timeline proposal generations verify whatIf confirm'
const pages = [
  '#/studies',
  '#/studies/new',
  '#/examples',
  '#/compare',
  '#/datasets',
  '#/engines',
  '#/settings',
  '#/studies/999',
  '#/studies/2/analysis/front',
  '#/studies/3/monitor',
  ...['monitor', 'trials', 'trials/3', 'parallel', 'errors', 'events', 'file'].map(
    tab => `#/studies/1/${tab}`,
  ),
  ...parts.split(' ').map(part => `#/studies/1/analysis/${part}`),
]
/** Widths in pixels of the page; a window of 1,440 at 200 % has 720. Chinese words are the shorter ones: they are looked at where room is scarce. */
const appearances = [
  { language: 'zh-CN', theme: 'dark', widths: [480, 1100] },
  { language: 'en', theme: 'light', widths: [480, 720, 1100, 1440, 2560] },
] as const
/** From a small laptop on, the studies need no scroll bar of their own. */
const SMALL_LAPTOP_PX = 1280
/** The bar of a study keeps its height whatever stands in it; on a phone its figures have a line each. */
const BAR_PX = 56
const PHONE_PX = 576
const MAX_PHONE_BAR_PX = 180
const brokenStudy = `name: broken
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space:
  momentumOfTheOptimizer: { float: [1, 0.1], log: true }
  batchSizeForTheTraining: { choice: [1, 5, 9] }
  beta: { float: [0, 1], when: { algo: adam } }
stop: { trials: 0 }
sampler: { name: nothing }
`

describe.skipIf(executable === null)('a page of any width', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '', database => {
      seedStudies(database, studies)
    })
  })
  afterAll(async () => {
    await application?.end()
  })

  it('shows every part whole', { timeout: 300_000 }, async () => {
    const { page, go } = application
    const cut: string[] = []
    for (const [index, hash] of pages.entries()) {
      await go(hash)
      await untilQuiet(page, 150)
      // Each page begins in the language of the one before it.
      for (const { language, theme, widths } of index % 2 === 0
        ? appearances.toReversed()
        : appearances) {
        await applyAppearance(page, { language, theme })
        const isList = hash === '#/studies'
        for (const width of isList ? [...widths, SMALL_LAPTOP_PX] : widths) {
          await page.setViewportSize({ width, height: 900 })
          // Charts follow the window after it.
          await expect
            .poll(() => cutParts(page), { interval: 50 })
            .toEqual([])
            .catch(async () => {
              cut.push(...(await cutParts(page)).map(part => `${hash} at ${width} px: ${part}`))
            })
          const bars = await page.locator('main header.bar').all()
          const bar = (await bars[0]?.boundingBox()) ?? null
          const isWrong = (px: number): boolean =>
            width > PHONE_PX ? px !== BAR_PX : px > MAX_PHONE_BAR_PX
          if (bar !== null && isWrong(bar.height))
            cut.push(`${hash} at ${width} px: a bar of ${bar.height} px`)
          if (!isList || width < SMALL_LAPTOP_PX) continue
          const beyond = await page
            .locator('.el-table .el-scrollbar__wrap')
            .evaluate(box => box.scrollWidth - box.clientWidth)
          if (beyond > 1)
            cut.push(`the studies are ${beyond} px wider than their table at ${width} px`)
        }
      }
    }
    expect(cut).toEqual([])
  })

  it('shows all figures of a study whole on a phone, and no shortcut of a keyboard', async () => {
    const { page, go } = application
    await applyAppearance(page, { language: 'en', theme: 'light' })
    await go('#/studies/1/monitor')
    const bar = page.locator('main header.bar')
    for (const width of [480, 360]) {
      await page.setViewportSize({ width, height: 800 })
      await bar.waitFor()
      const cut = await bar.evaluate(header =>
        [
          ...header.querySelectorAll(
            '.cell:not(.name) :is(.over, .under), .cell:not(.name) .under > *',
          ),
        ]
          .filter(part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)
          .map(part => part.textContent),
      )
      expect(cut, `${width} px`).toEqual([])
      for (const text of ['Best: loss', 'pruned, 0 failed'])
        expect(await bar.getByText(text).first().isVisible(), `${text} at ${width} px`).toBe(true)
      expect(await bar.locator('.elapsed').isVisible()).toBe(true)
      expect(await page.getByText('Ctrl K').first().isVisible()).toBe(false)
    }
    await page.setViewportSize({ width: 1100, height: 800 })
    expect(await page.getByText('Ctrl K').first().isVisible()).toBe(true)
  })

  it('keeps the menu of a study away from the edge of the window', async () => {
    const { page, go } = application
    await page.setViewportSize({ width: 1360, height: 860 })
    await go('#/studies')
    const row = page.getByRole('row').filter({ hasText: 'pruned' }).last()
    const opener = row.getByRole('button').last()
    await opener.click()
    const menu = page.getByRole('menu').filter({ visible: true })
    await menu.waitFor()
    const end = (box: { x: number; width: number } | null): number =>
      (box?.x ?? 0) + (box?.width ?? 0)
    const edge = end(await page.locator('.el-table').boundingBox())
    expect(end(await menu.boundingBox())).toBeLessThanOrEqual(edge)
    await page.keyboard.press('Escape')
  })

  it('ends in a scroll bar, not in an empty strip that no header reaches', async () => {
    const browser = await chromium.launch({
      executablePath: executable ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
      ignoreDefaultArgs: ['--hide-scrollbars'],
    })
    try {
      const { page } = application
      const context = await browser.newContext({
        storageState: await page.context().storageState(),
      })
      const other = await context.newPage()
      // Shorter than the window: nothing scrolls.
      await other.setViewportSize({ width: 1360, height: 2000 })
      await other.goto(page.url())
      await other.locator('main > *').first().waitFor()
      const width = await other.evaluate(() => innerWidth - document.documentElement.clientWidth)
      expect(width).toBeGreaterThan(0)
      const clip = { x: 1360 - width, y: 0, width, height: 2000 }
      const png = (await other.screenshot({ clip })).toString('base64')
      const colors = await page.evaluate(async data => {
        const image = new Image()
        image.src = `data:image/png;base64,${data}`
        await image.decode()
        const canvas = document.createElement('canvas')
        canvas.width = image.width
        canvas.height = image.height
        const context2d = canvas.getContext('2d')
        context2d?.drawImage(image, 0, 0)
        const { data: bytes } = context2d?.getImageData(0, 0, image.width, image.height) ?? {
          data: [],
        }
        const pixels = new Uint32Array(new Uint8Array(bytes).buffer)
        return new Set(pixels).size
      }, png)
      // The arrows of a scroll bar; a strip has the color of the page alone.
      expect(colors).toBeGreaterThan(1)
    } finally {
      await browser.close()
    }
  })

  it('shows the first trials without scrolling in a window of 1,440 × 900 at 200 %', async () => {
    const { page, go } = application
    await page.setViewportSize({ width: 720, height: 450 })
    await go('#/studies/1/trials')
    const { y } = (await page.getByRole('grid').boundingBox()) ?? { y: Infinity }
    expect(y).toBeLessThan(330)
  })

  describe('a new study with problems', () => {
    beforeAll(async () => {
      const { page, go } = application
      await applyAppearance(page, { language: 'en', theme: 'light' })
      await page.setViewportSize({ width: SMALL_LAPTOP_PX, height: 860 })
      await go('#/studies/new')
      await studyFile(page).fill(brokenStudy)
      await page.getByText('4 problems').waitFor()
      await page.getByRole('button', { name: 'Remove beta' }).waitFor()
    })

    it('says them within the table of its parameters, whose rows can always be taken out', async () => {
      const { page } = application
      const table = page.locator('.space-editor')
      const beyond = () =>
        table.evaluate(
          ({ parentElement: parent, scrollWidth }) =>
            scrollWidth - Math.ceil(parent?.clientWidth ?? 0),
        )
      // The study file stands beside it.
      expect(await beyond()).toBeLessThanOrEqual(1)
      for (const width of [SMALL_LAPTOP_PX, 480]) {
        await page.setViewportSize({ width, height: 860 })
        const tableBox = await table.locator('xpath=..').boundingBox()
        const out = await page.getByRole('button', { name: 'Remove beta' }).boundingBox()
        const end = (box: typeof tableBox): number => (box?.x ?? 0) + (box?.width ?? 0)
        expect(end(out), `${width} px`).toBeLessThanOrEqual(end(tableBox))
      }
    })

    it('shows what has the focus beside all that stays in view, which leaves room for the form', async () => {
      const { page } = application
      await page.getByRole('button', { name: 'Edit as file' }).click()
      for (const [width, height] of [
        [SMALL_LAPTOP_PX, 860],
        [480, 800],
      ] as const) {
        await page.setViewportSize({ width, height })
        await page.getByRole('heading', { name: 'New study' }).click()
        const covered: string[] = []
        for (let press = 0; press < 60; press++) {
          await page.keyboard.press('Tab')
          const hidden = await page.evaluate(() => {
            const focused = document.querySelector('main :focus')
            const bar = document.querySelector('main footer')
            if (focused === null || bar === null || bar.contains(focused)) return null
            const { left, bottom } = focused.getBoundingClientRect()
            const actions = focused
              .closest('td:not(.actions)')
              ?.parentElement?.querySelector('.actions')
            const isUnder =
              bottom > bar.getBoundingClientRect().top ||
              left >= (actions?.getBoundingClientRect().left ?? Infinity)
            return isUnder ? (focused.getAttribute('aria-label') ?? focused.textContent) : null
          })
          if (hidden !== null) covered.push(hidden)
        }
        expect(covered, `${width} px`).toEqual([])
        const bar = await page.locator('main footer').boundingBox()
        expect((bar?.height ?? Infinity) / height, `${width} px`).toBeLessThan(0.3)
      }
    })
  })

  it('has its own fonts, for Latin, Chinese and code', async () => {
    const { page, go } = application
    await go('#/studies/1/file')
    await page.locator('pre').first().waitFor()
    const families = (): Promise<string[]> =>
      page.evaluate(() => [
        ...new Set(
          [...document.fonts]
            .filter(({ status }) => status === 'loaded')
            .map(({ family }) => family.replaceAll('"', '')),
        ),
      ])
    await expect
      .poll(families)
      .toEqual(
        expect.arrayContaining([
          'Inter Variable',
          'Noto Sans SC Variable',
          'JetBrains Mono Variable',
        ]),
      )
    expect(application.complaints).toEqual([])
  })

  it('is larger throughout where a person wants larger letters, and still whole', async () => {
    const { page, go } = application
    await page.setViewportSize({ width: 1440, height: 900 })
    const sizes = (): Promise<Record<string, number>> =>
      page.evaluate(() => {
        const sizes: Record<string, number> = {}
        for (const element of document.querySelectorAll<HTMLElement>('body *')) {
          const hasText = [...element.childNodes].some(
            node => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
          )
          if (!hasText || !element.checkVisibility()) continue
          const text = `${element.localName}.${element.className} ${(element.textContent ?? '').slice(0, 20)}`
          sizes[text] = Number.parseFloat(getComputedStyle(element).fontSize)
        }
        return sizes
      })
    for (const hash of ['#/studies', '#/studies/new', '#/studies/1/monitor', '#/settings']) {
      await go(hash)
      await untilQuiet(page)
      const before = await sizes()
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '24px'
      })
      const after = await sizes()
      const stuck = Object.keys(after).filter(
        text => (after[text] ?? 0) <= (before[text] ?? 0) * 1.4,
      )
      expect(stuck, hash).toEqual([])
      expect(await cutParts(page), hash).toEqual([])
      expect(await accessibilityBreaches(page), hash).toEqual([])
      await page.evaluate(() => {
        document.documentElement.style.fontSize = ''
      })
    }
  })
})
