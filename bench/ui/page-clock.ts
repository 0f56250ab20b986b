import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Page } from '@playwright/test'

/** What the main thread of a page has spent, in its own processor time: other processes of the machine do not count. */
export class PageClock {
  readonly #session: CDPSession
  readonly #browser: CDPSession

  private constructor(session: CDPSession, browser: CDPSession) {
    this.#session = session
    this.#browser = browser
  }

  static async of(page: Page, browser: Browser): Promise<PageClock> {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await session.send('HeapProfiler.enable')
    return new PageClock(session, await browser.newBrowserCDPSession())
  }

  /** Milliseconds of all tasks so far: scripts, styles, layout, painting. */
  async taskMs(): Promise<number> {
    return 1_000 * (await this.#metric('TaskDuration'))
  }

  /** What `work` costs the main thread. */
  async cost(work: () => Promise<unknown>): Promise<number> {
    const before = await this.taskMs()
    await work()
    return (await this.taskMs()) - before
  }

  /** The JavaScript heap after garbage is collected. */
  async heapBytes(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage')
    return this.#metric('JSHeapUsedSize')
  }

  /** Resident memory of the largest renderer process, shared pages by share; null where the system does not say. */
  async rendererBytes(): Promise<number | null> {
    const { processInfo } = await this.#browser.send('SystemInfo.getProcessInfo')
    const sizes = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => proportionalBytes(id))
      .filter(bytes => bytes !== null)
    return sizes.length === 0 ? null : Math.max(...sizes)
  }

  async #metric(wanted: string): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const metric = metrics.find(({ name }) => name === wanted)
    if (metric === undefined) throw new Error(`the browser does not measure ${wanted}`)
    return metric.value
  }
}

function proportionalBytes(pid: number): number | null {
  try {
    const [, kibibytes] =
      /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
    return kibibytes === undefined ? null : 1_024 * Number(kibibytes)
  } catch {
    return null
  }
}
