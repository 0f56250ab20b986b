import type { Locator } from '@playwright/test'
import { expect } from 'vitest'
import type { Drive, Interaction } from '../appearance.ts'

/** The chart of a title, in view. */
async function chartOf({ page }: Drive, title: string): Promise<Locator> {
  const chart = page.getByRole('region', { name: title }).getByRole('application').first()
  await chart.scrollIntoViewIfNeeded()
  return chart.locator('canvas').first()
}

async function boxOf(locator: Locator) {
  await locator.scrollIntoViewIfNeeded()
  const box = await locator.boundingBox()
  if (box === null) throw new Error('it is not there')
  return box
}

async function openHistory(on: Drive, study: string): Promise<Locator> {
  await on.go(`#/studies/${on.id(study)}/analysis/progress`)
  return chartOf(on, on.t('study.history'))
}

async function choose({ page }: Drive, list: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: list, exact: true }).first().press('Enter')
  await page
    .locator('.el-select-dropdown:visible')
    .getByRole('option', { name: option, exact: true })
    .click()
}

async function addressHas({ page }: Drive, words: RegExp): Promise<void> {
  await expect.poll(() => decodeURIComponent(page.url())).toMatch(words)
}

const PNG = [0x89, 0x50, 0x4e, 0x47]

export const chartInteractions: readonly Interaction[] = [
  {
    name: 'a scale is chosen, and kept for the next study and the next day',
    async drive(on) {
      const { page, t } = on
      await openHistory(on, 'outlier')
      const history = page.getByRole('region', { name: t('study.history') })
      await history.getByRole('button', { name: t('axis.full') }).click()
      await history.getByRole('button', { name: t('axis.robust') }).waitFor()
      await choose(on, t('axis.scale'), t('axis.log'))
      await page.reload()
      await history.getByRole('button', { name: t('axis.robust') }).click()
      await openHistory(on, 'bowl')
      const select = history.locator('.el-select', { hasText: t('axis.log') })
      await select.waitFor()
      await choose(on, t('axis.scale'), t('axis.auto'))
    },
  },
  {
    name: 'a chart is looked at closely: crosshair, wheel, drag, all of it again',
    async drive(on) {
      const { page, t } = on
      const chart = await openHistory(on, 'bowl')
      await page.getByText(t('app.loading')).waitFor({ state: 'hidden' })
      const { x, y, width, height } = await boxOf(chart)
      await page.mouse.move(0, 0)
      const plain = await chart.screenshot()
      await page.mouse.move(x + width / 2, y + height / 2)
      await expect.poll(async () => (await chart.screenshot()).equals(plain)).toBe(false)
      await page.keyboard.down('Control')
      await page.mouse.wheel(0, -300)
      await page.keyboard.up('Control')
      const reset = page.getByRole('button', { name: t('chart.wholeView') })
      await reset.waitFor()
      await page.mouse.down()
      await page.mouse.move(x + width / 2 + 40, y + height / 2 + 10, { steps: 3 })
      await page.mouse.up()
      expect(await page.getByText(`${t('analysis.selected')}:`).count()).toBe(0)
      await reset.click()
      await reset.waitFor({ state: 'hidden' })
    },
  },
  {
    name: 'a loop selects, a click on a point selects one more, and the selection goes',
    async drive(on) {
      const { page, t } = on
      const chart = await openHistory(on, 'bowl')
      const { x, y, width, height } = await boxOf(chart)
      const corners = [
        [0.15, 0.15],
        [0.8, 0.15],
        [0.8, 0.85],
        [0.15, 0.85],
      ] as const
      const [[left, top]] = corners
      await page.keyboard.down('Shift')
      await page.mouse.move(x + width * left, y + height * top)
      await page.mouse.down()
      for (const [right, down] of corners.slice(1))
        await page.mouse.move(x + width * right, y + height * down, { steps: 3 })
      await page.mouse.up()
      await page.keyboard.up('Shift')
      await addressHas(on, /selected=\d+,\d+/)
      await page.getByRole('button', { name: t('analysis.clearSelection') }).click()
      await expect.poll(() => page.url()).not.toContain('selected')
      const now = await boxOf(chart)
      await page.mouse.click(now.x + width * 0.5, now.y + height * 0.5)
      await addressHas(on, /selected=\d+$/)
      await page.getByRole('button', { name: t('analysis.clearSelection') }).click()
    },
  },
  {
    name: 'a click on the history of the monitor opens the trial, going back closes it',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('bowl')}/monitor`)
      const { x, y, width, height } = await boxOf(await chartOf(on, t('study.history')))
      await page.mouse.click(x + width * 0.5, y + height * 0.5)
      const panel = page.locator('.dock')
      await panel.waitFor()
      await addressHas(on, /monitor\?trial=\d+/)
      await page.goBack()
      await panel.waitFor({ state: 'hidden' })
    },
  },
  {
    name: 'a trial that is pointed at is marked in the other charts',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('bowl')}/analysis/dependence`)
      const slices = page.locator('main .figure .foot.small')
      await expect.poll(() => slices.count()).toBeGreaterThan(1)
      const first = page.locator('main .figure', { has: page.locator('.foot.small') }).first()
      const { x, y, width, height } = await boxOf(first.locator('canvas'))
      await page.mouse.move(x + width / 2, y + height / 2)
      await page.locator('main .figure .over circle').first().waitFor({ state: 'attached' })
      // The space of three goals follows the plane above it.
      await on.go(`#/studies/${on.id('goals')}/analysis/front`)
      const plane = await chartOf(on, t('analysis.front'))
      const space = page.locator('canvas.space')
      await space.waitFor()
      await page.mouse.move(0, 0)
      const pixels = (): Promise<number> =>
        space.evaluate(canvas => {
          const text = (canvas as HTMLCanvasElement).toDataURL()
          return [...text].reduce((sum, sign) => (31 * sum + (sign.codePointAt(0) ?? 0)) % 1e9, 7)
        })
      const before = await pixels()
      const front = await boxOf(plane)
      await page.mouse.move(front.x + front.width / 2, front.y + front.height / 2)
      await expect.poll(pixels).not.toBe(before)
      const ringed = await pixels()
      await page.mouse.move(0, 0)
      await expect.poll(pixels).not.toBe(ringed)
      const plain = await pixels()
      await space.focus()
      await page.keyboard.press('ArrowRight')
      await expect.poll(pixels).not.toBe(plain)
    },
  },
  {
    name: 'charts of any size, the parallel coordinates and the space are saved as files',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('bowl')}/analysis/dependence`)
      const save = (kind: string, title: string): Locator =>
        page.getByRole('button', { name: `${kind} ${title}`, exact: true })
      const table = await on.saved(save('CSV', 'x0'))
      expect(table.name).toBe('x0.csv')
      expect(table.bytes.toString().trim().split('\n')).toHaveLength(bowlTrials + 1)
      expect([...(await on.saved(save('PNG', 'x0'))).bytes.subarray(0, 4)]).toEqual(PNG)
      expect((await on.saved(save('SVG', 'x0'))).bytes.toString()).toContain('</svg>')
      await on.go(`#/studies/${on.id('bowl')}/parallel`)
      const name = t('study.parallel')
      const picture = await on.saved(save('PNG', name))
      expect([...picture.bytes.subarray(0, 4)]).toEqual(PNG)
      // Lines in many colors: an empty picture has a hundredth of it.
      expect(picture.bytes.length).toBeGreaterThan(20_000)
      const lines = (svg: string): number => svg.split('class="line ').length - 1
      expect(lines((await on.saved(save('SVG', name))).bytes.toString())).toBe(bowlTrials)
      await on.go(`#/studies/${on.id('goals')}/analysis/front`)
      expect((await on.saved(save('PNG', t('analysis.space')))).bytes.length).toBeGreaterThan(5_000)
    },
  },
  {
    name: 'parallel coordinates: brush, read a line, move an axis',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('pruned')}/parallel`)
      const frame = page.getByRole('group', { name: t('study.parallel') })
      await frame.waitFor()
      const handle = frame.locator('rect.handle').first()
      const count = frame
        .locator('xpath=..')
        .getByText(/\d+ ?\/ ?\d+|\d+ of \d+/)
        .last()
      const all = await count.textContent()
      const axis = await boxOf(handle)
      const middle = axis.x + axis.width / 2
      await page.mouse.move(middle, axis.y + 60)
      await page.mouse.down()
      await page.mouse.move(middle, axis.y + 200, { steps: 4 })
      await page.mouse.up()
      await expect.poll(() => count.textContent()).not.toBe(all)
      await page.mouse.click(middle, axis.y + 300)
      await expect.poll(() => count.textContent()).toBe(all)
      const names = frame.locator('.name')
      const order = await names.allTextContents()
      // Halfway to the next axis some line is always near.
      const words = frame.locator('.words')
      const [from, to] = [await boxOf(names.nth(1)), await boxOf(names.nth(2))]
      for (let down = 60; down < 300 && !(await words.isVisible()); down += 4)
        await page.mouse.move((from.x + to.x + from.width) / 2, axis.y + down)
      await words.waitFor()
      await page.mouse.move(from.x + from.width / 2, from.y + 8)
      await page.mouse.down()
      await page.mouse.move(to.x + to.width / 2, to.y + 8, { steps: 6 })
      await page.mouse.up()
      await expect
        .poll(() => names.allTextContents())
        .toEqual([order[0], order[2], order[1], ...order.slice(3)])
    },
  },
  {
    name: 'importance by another method, pairs as contours, both in the address',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('bowl')}/analysis/importance`)
      await choose(on, t('analysis.method'), t('analysis.methods.permutation'))
      await addressHas(on, /method=permutation/)
      await on.go(`#/studies/${on.id('goals')}/analysis/pairs`)
      await expect.poll(() => page.locator('main .many .figure').count()).toBe(3)
      await page.locator('main label', { hasText: t('analysis.contour') }).click()
      await addressHas(on, /pairs=contour/)
      await page.reload()
      await page
        .getByRole('radio', { name: t('analysis.contour'), checked: true })
        .waitFor({ state: 'attached' })
    },
  },
  {
    name: 'a free chart of anything, kept with its study',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('bowl')}/analysis/customChart`)
      const title = (x: string) => t('analysis.customChart.title', { x, y: 'value' })
      const chart = (x: string): Locator =>
        page.getByRole('region', { name: title(x), exact: true })
      await choose(on, t('analysis.customChart.x'), 'x0')
      await chart('x0').waitFor()
      await on.go('#/studies')
      await page.reload()
      await on.go(`#/studies/${on.id('bowl')}/analysis/customChart`)
      await chart('x0').waitFor()
      await choose(on, t('analysis.customChart.x'), t('chart.trial'))
      await chart(t('chart.trial')).waitFor()
    },
  },
  {
    name: 'an insight is applied and taken back',
    async drive(on) {
      const { page, t } = on
      await on.go(`#/studies/${on.id('bowl')}/analysis/importance`)
      const insights = page.getByRole('region', { name: t('insight.region') })
      await insights.getByRole('button', { name: new RegExp(`^${t('steering.apply')}`) }).click()
      const undo = page.locator('.notice').getByRole('button', { name: t('notices.undo') })
      await undo.first().click()
      await undo.first().waitFor({ state: 'hidden' })
    },
  },
  {
    name: 'charts follow the window, smaller and larger',
    async drive(on) {
      const { page, width } = on
      const chart = await openHistory(on, 'bowl')
      const { height } = page.viewportSize() ?? { height: 900 }
      const widthOf = async (): Promise<number> => (await boxOf(chart)).width
      const before = await widthOf()
      await page.setViewportSize({ width: width + 200, height })
      await expect.poll(widthOf).toBeGreaterThan(before + 50)
      await page.setViewportSize({ width, height })
      await expect.poll(widthOf).toBe(before)
    },
  },
]

const bowlTrials = 60
