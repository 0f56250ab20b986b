import type { Page, Request } from '@playwright/test'
import { vi } from 'vitest'

/** Without a request for so long, a page has what it asked for; as Playwright's `networkidle`. */
const QUIET_FOR_MS = 500

interface Traffic {
  readonly open: Set<Request>
  changedAtMs: number
}

const traffics = new WeakMap<Page, Traffic>()

/** Goes to an address of the application. One that is set before its first view is shown would be lost. */
export async function goTo(page: Page, hash: string): Promise<void> {
  trafficOf(page)
  await page.locator('main > :not(.offline)').first().waitFor({ state: 'attached' })
  await page.evaluate(target => {
    location.hash = target
  }, hash)
}

/** Until the page asks for nothing any more; its stream of events never ends, and does not count. */
export async function untilQuiet(page: Page, quietForMs = QUIET_FOR_MS): Promise<void> {
  const traffic = trafficOf(page)
  traffic.changedAtMs = performance.now()
  const isQuiet = (): boolean =>
    traffic.open.size === 0 && performance.now() - traffic.changedAtMs > quietForMs
  await vi.waitUntil(isQuiet, { timeout: 60_000, interval: 50 })
}

function trafficOf(page: Page): Traffic {
  const cachedTraffic = traffics.get(page)
  if (cachedTraffic !== undefined) return cachedTraffic
  const traffic: Traffic = { open: new Set(), changedAtMs: performance.now() }
  traffics.set(page, traffic)
  page.on('request', request => {
    if (new URL(request.url()).pathname === '/api/events') return
    traffic.open.add(request)
    traffic.changedAtMs = performance.now()
  })
  const end = (request: Request): void => {
    if (traffic.open.delete(request)) traffic.changedAtMs = performance.now()
  }
  page.on('requestfinished', end)
  page.on('requestfailed', end)
  return traffic
}
