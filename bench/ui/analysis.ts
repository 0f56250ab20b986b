import type { Page } from '@playwright/test'
import { median } from '../../src-main/math/statistics/quantile.ts'
import type { PageClock } from './page-clock.ts'
import type { Measure } from './measures.ts'

const repeats = 11

/** Two studies of the same size that nobody has asked about yet: what the one was asked helps no figure of the other. */
export async function measureParts(
  page: Page,
  clock: PageClock,
  [first, second]: readonly [number, number],
): Promise<Measure[]> {
  const measures: Measure[] = []
  const show = async (name: string, atMost: number, press: string): Promise<void> => {
    let value = 0
    const cost = await clock.cost(async () => {
      value = await page.evaluate(waitDrawn, press)
    })
    measures.push({ name, unit: 'ms', value, atMost })
    measures.push({ name: `${name}: main thread`, unit: 'ms', value: cost, atMost: null })
  }
  const part = (childIndex: number): string =>
    `#group-parameters + * label:nth-child(${childIndex})`
  await openProgress(page, first)
  await show('Parameters, all charts', 1_500, part(2))
  await show('Pairs, all charts', 1_000, part(3))
  await openProgress(page, second)
  await show('Importance, first ranking', 2_000, part(1))
  await page.getByRole('combobox', { name: 'Method' }).press('Enter')
  const option = page.getByRole('option', { name: 'all methods' })
  await option.evaluate(element => {
    element.id = 'all-methods'
  })
  await show('Importance, then all methods', 6_000, '#all-methods')
  return measures
}

async function openProgress(page: Page, studyId: number): Promise<void> {
  await page.evaluate(id => {
    location.hash = `#/studies/${id}/analysis/progress`
  }, studyId)
  await page.locator(`.figure canvas[data-points]`).first().waitFor()
  await page.waitForTimeout(1_000)
}

/** Runs in the page: presses, and waits until nothing is being computed and every figure in sight is drawn. Milliseconds. */
async function waitDrawn(press: string): Promise<number> {
  const frame = async (): Promise<void> =>
    new Promise(resolve => {
      requestAnimationFrame(() => {
        resolve()
      })
    })
  const figureOf = () => document.querySelector('main .figure')
  const before = figureOf()
  const isBusy = () => document.querySelector('main [aria-busy=true]') !== null
  const startMs = performance.now()
  document.querySelector<HTMLElement>(press)?.click()
  const isDrawn = (): boolean => {
    const figures = [...document.querySelectorAll('main .figure')]
    const drawn = figures.every(figure => figure.querySelector('canvas[data-points]') !== null)
    return figures.length > 0 && !isBusy() && drawn
  }
  // Another figure, or the same one with another question.
  while (figureOf() === before && !isBusy()) {
    await frame()
    if (performance.now() - startMs > 10_000) throw new Error(`nothing begins: ${press}`)
  }
  while (!isDrawn()) {
    await frame()
    if (performance.now() - startMs > 120_000) throw new Error(`never drawn: ${press}`)
  }
  // The frame after the next has been painted.
  await frame()
  await frame()
  return performance.now() - startMs
}

/** A range that is dragged along an axis draws all lines anew with each move. */
export async function measureParallel(page: Page, studyId: number): Promise<Measure[]> {
  await page.evaluate(id => {
    location.hash = `#/studies/${id}/parallel`
  }, studyId)
  const handle = page.locator('.handle').nth(1)
  await handle.waitFor()
  await page.waitForTimeout(2_000)
  await handle.hover()
  await page.mouse.down()
  const times = await page.evaluate(async count => {
    const [, axis] = document.querySelectorAll('.handle')
    const box = axis?.getBoundingClientRect()
    const canvas = document.querySelector<HTMLCanvasElement>('.plot canvas')
    const frame = async (): Promise<unknown> =>
      new Promise(resolve => requestAnimationFrame(resolve))
    const durations: number[] = []
    for (let at = 1; at <= count; at++) {
      const startMs = performance.now()
      const clientY = (box?.top ?? 0) + 40 + at * 20
      axis?.dispatchEvent(
        new PointerEvent('pointermove', { clientY, clientX: box?.left ?? 0, bubbles: true }),
      )
      await frame()
      await frame()
      // Waits for what the canvas still has to draw.
      canvas?.getContext('2d')?.getImageData(0, 0, 1, 1)
      durations.push(performance.now() - startMs)
    }
    return durations
  }, repeats)
  await page.mouse.up()
  return [{ name: 'parallel, a redraw', unit: 'ms', value: median(times), atMost: 150 }]
}
