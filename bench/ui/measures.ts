import type { Page } from '@playwright/test'
import { median } from '../../src-main/math/statistics/quantile.ts'
import type { PageClock } from './page-clock.ts'

export interface Measure {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** What the application promises; null: for information. */
  readonly atMost: number | null
}

const repeats = 5

/** Runs in the page: goes to an address and waits until a selector is shown and painted. Milliseconds. */
export async function goAndWait(page: Page, hash: string, selector: string): Promise<number> {
  return page.evaluate(
    async ([to, wanted]) => {
      const startMs = performance.now()
      location.hash = to
      const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
      while (document.querySelector(wanted) === null) await frame()
      // The frame after the next has been painted.
      await frame()
      await frame()
      return performance.now() - startMs
    },
    [hash, selector] as const,
  )
}

/** From the list of studies to the study with its history drawn. */
export async function measureOpening(
  page: Page,
  clock: PageClock,
  studyId: number,
): Promise<Measure[]> {
  const times: number[] = []
  const costs: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    await goAndWait(page, '#/studies', '.study-table, [role=grid], table')
    costs.push(
      await clock.cost(async () => {
        times.push(await goAndWait(page, `#/studies/${studyId}/monitor`, 'canvas[role=img]'))
      }),
    )
  }
  return [
    { name: 'study opens, median of 5', unit: 'ms', value: median(times), atMost: 1_000 },
    { name: 'study opens, fastest of 5', unit: 'ms', value: Math.min(...times), atMost: 1_000 },
    { name: 'study opens: main thread', unit: 'ms', value: median(costs), atMost: null },
  ]
}

/** Scrolls the table of trials for three seconds: as a fast wheel does, and as a dragged scrollbar does. */
export async function measureScrolling(
  page: Page,
  clock: PageClock,
  studyId: number,
): Promise<Measure[]> {
  const table = '[role=grid] [role=rowgroup] [role=row]'
  const shownMs = await goAndWait(page, `#/studies/${studyId}/trials`, table)
  const wheel = await scroll(page, clock, 100)
  const drag = await scroll(page, clock, 1_000)
  return [
    { name: 'table of trials shown', unit: 'ms', value: shownMs, atMost: 1_000 },
    { name: 'wheel (6,000 px/s): frame, median', unit: 'ms', value: wheel.at(0.5), atMost: 17.5 },
    { name: 'wheel (6,000 px/s): frame, 95 %', unit: 'ms', value: wheel.at(0.95), atMost: 34 },
    { name: 'wheel: main thread per frame', unit: 'ms', value: wheel.cost, atMost: 16.7 },
    { name: 'drag (1,000 px a frame): frame, median', unit: 'ms', value: drag.at(0.5), atMost: 50 },
    { name: 'drag: main thread per frame', unit: 'ms', value: drag.cost, atMost: null },
  ]
}

interface Frames {
  /** Length of a frame by its rank, in milliseconds. */
  at(share: number): number
  /** Main thread per frame in milliseconds. */
  readonly cost: number
}

async function scroll(page: Page, clock: PageClock, pixelsPerFrame: number): Promise<Frames> {
  let gaps: number[] = []
  const cost = await clock.cost(async () => {
    gaps = await page.evaluate(async by => {
      const grid = [...document.querySelectorAll('[role=grid]')].find(
        element => element.scrollHeight > element.clientHeight + 1_000,
      )
      if (grid === undefined) throw new Error('no table that scrolls')
      const frameGaps: number[] = []
      // Not read back: that would lay the page out once more.
      const end = grid.scrollHeight - grid.clientHeight
      let top = 0
      const startMs = performance.now()
      let lastMs = startMs
      while (lastMs < startMs + 3_000) {
        top = top + by > end ? 0 : top + by
        grid.scrollTop = top
        const nowMs = await new Promise<number>(resolve => requestAnimationFrame(resolve))
        frameGaps.push(nowMs - lastMs)
        lastMs = nowMs
      }
      return frameGaps.slice(1)
    }, pixelsPerFrame)
  })
  const sorted = [...gaps].sort((a, b) => a - b)
  return {
    at: share => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN,
    cost: cost / gaps.length,
  }
}

/** The table with a column for every parameter. @returns how many columns there are */
async function showAllColumns(page: Page): Promise<number> {
  await page.getByRole('combobox', { name: 'Columns' }).press('Enter')
  await page.getByRole('button', { name: 'All parameters' }).click()
  await page.keyboard.press('Escape')
  await page.waitForTimeout(500)
  return page.getByRole('columnheader').count()
}

/** The table with all columns, scrolled as before. */
export async function measureAllColumns(page: Page, clock: PageClock): Promise<Measure[]> {
  const columns = await showAllColumns(page)
  const wheel = await scroll(page, clock, 100)
  return [
    { name: 'all columns: how many', unit: '', value: columns, atMost: null },
    { name: 'all columns, wheel: frame, median', unit: 'ms', value: wheel.at(0.5), atMost: 34 },
    {
      name: 'all columns, wheel: main thread per frame',
      unit: 'ms',
      value: wheel.cost,
      atMost: 16.7,
    },
  ]
}

/** Types a filter and waits for the count to change and to be painted. */
export async function measureFilter(page: Page): Promise<Measure[]> {
  const measure = async (text: string): Promise<number> =>
    page.evaluate(async typed => {
      const input = document.querySelector<HTMLInputElement>(
        '[data-search] input, input[data-search]',
      )
      if (input === null) throw new Error('no filter')
      const count = () => document.body.innerText.match(/showing [\d,]+ of [\d,]+/)?.[0]
      const before = count()
      const startMs = performance.now()
      input.value = typed
      input.dispatchEvent(new Event('input', { bubbles: true }))
      const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
      while (count() === before) {
        await frame()
        if (performance.now() - startMs > 10_000) throw new Error(`nothing changes for ${typed}`)
      }
      await frame()
      return performance.now() - startMs
    }, text)
  const times: number[] = []
  for (const text of ['x3>4', '', 'state:pruned x7<0', '', 'median', '', 'failed', '']) {
    times.push(await measure(text))
  }
  const sort = await page.evaluate(async () => {
    const head = [...document.querySelectorAll<HTMLElement>('[role=columnheader] button')].find(
      ({ innerText }) => innerText.trim().startsWith('value'),
    )
    if (head === undefined) throw new Error('no column of values')
    const startMs = performance.now()
    head.click()
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
    await frame()
    await frame()
    return performance.now() - startMs
  })
  return [
    { name: 'filter, median of 8', unit: 'ms', value: median(times), atMost: 100 },
    { name: 'filter, slowest of 8', unit: 'ms', value: Math.max(...times), atMost: 200 },
    { name: 'sort by value', unit: 'ms', value: sort, atMost: 200 },
  ]
}

/** What a running study costs a page that shows it, over some seconds. */
export async function measureLive(
  page: Page,
  clock: PageClock,
  studyId: number,
  view: 'monitor' | 'trials' | 'all columns',
  seconds: number,
): Promise<Measure[]> {
  const tab = view === 'monitor' ? 'monitor' : 'trials'
  await goAndWait(
    page,
    `#/studies/${studyId}/${tab}`,
    tab === 'monitor' ? 'canvas[role=img]' : '[role=grid]',
  )
  if (view === 'all columns') await showAllColumns(page)
  await page.waitForTimeout(1_000)
  const updates = page.evaluate(
    async forMs =>
      new Promise<number>(resolve => {
        const headers = { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' }
        const signal = AbortSignal.timeout(forMs)
        let count = 0
        const read = async (): Promise<void> => {
          const { body } = await fetch('/api/events', { headers, signal })
          for (const reader = body?.pipeThrough(new TextDecoderStream()).getReader(); ;) {
            const part = await reader?.read()
            count += part?.value?.split('"progress"').length ?? 1
            count--
          }
        }
        void read().catch(() => {
          resolve(count)
        })
      }),
    seconds * 1_000,
  )
  const cost = await clock.cost(() => updates)
  const perSecond = (await updates) / seconds
  return [
    { name: `live, ${view}: updates`, unit: 'per second', value: perSecond, atMost: null },
    {
      name: `live, ${view}: main thread per update`,
      unit: 'ms',
      value: cost / (await updates),
      atMost: null,
    },
    {
      name: `live, ${view}: share of the main thread`,
      unit: '%',
      value: cost / (10 * seconds),
      atMost: 20,
    },
  ]
}

/**
 * From the moment an update of the shown study with a finished trial is taken by the page to the moment its history has been drawn
 * with a further point, with six times less computing power. Another study runs beside it, whose updates arrive, too.
 */
export async function measureLatency(page: Page, studyId: number): Promise<Measure[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  await goAndWait(page, `#/studies/${studyId}/monitor`, 'canvas[data-points]')
  const watched = { studyId, count: 20 }
  const latencies = await page.evaluate(async ({ studyId: id, count }) => {
    interface Update {
      readonly type: string
      readonly study?: { readonly id: number }
      readonly trials?: readonly { readonly state: string }[]
    }
    interface Store {
      $onAction(take: (action: { name: string; args: [Update] }) => void): () => void
    }
    const root = document.querySelector('#app') as unknown as {
      __vue_app__: { config: { globalProperties: { $pinia: { _s: Map<string, Store> } } } }
    }
    const store = root.__vue_app__.config.globalProperties.$pinia._s.get('liveStudy')
    const measured: number[] = []
    const drawn = () => document.querySelector('canvas[data-points]')?.getAttribute('data-points')
    await new Promise<void>(resolve => {
      let waitsSinceMs: number | null = null
      let before = drawn()
      const off = store?.$onAction(({ name, args: [update] }) => {
        if (name !== 'take' || update.type !== 'progress' || waitsSinceMs !== null) return
        if (update.study?.id !== id) return
        if (update.trials?.some(({ state }) => state === 'complete') !== true) return
        waitsSinceMs = performance.now()
        before = drawn()
      })
      const look = (): void => {
        if (waitsSinceMs !== null && drawn() !== before) {
          measured.push(performance.now() - waitsSinceMs)
          waitsSinceMs = null
          if (measured.length === count) {
            off?.()
            resolve()
            return
          }
        }
        setTimeout(look, 5)
      }
      look()
    })
    return measured.sort((a, b) => a - b)
  }, watched)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  const [middle, late] = [median(latencies), latencies[18] ?? Number.NaN]
  return [
    {
      name: 'live, 6 × slower: trial in the chart, median of 20',
      unit: 'ms',
      value: middle,
      atMost: 500,
    },
    { name: 'live, 6 × slower: trial in the chart, 95 %', unit: 'ms', value: late, atMost: 1_000 },
  ]
}

/** What the page holds after everything was shown. */
export async function measureMemory(clock: PageClock): Promise<Measure[]> {
  const heap: Measure = {
    name: 'JavaScript heap',
    unit: 'MB',
    value: (await clock.heapBytes()) / 1e6,
    atMost: null,
  }
  const bytes = await clock.rendererBytes()
  if (bytes === null) return [heap]
  return [heap, { name: 'renderer process', unit: 'MB', value: bytes / 1e6, atMost: 400 }]
}
