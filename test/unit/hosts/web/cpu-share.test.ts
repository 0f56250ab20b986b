import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CpuShare } from '../../../../src-main/hosts/web/cpu-share.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

vi.mock(import('node:timers/promises'), async original => ({
  ...(await original()),
  setTimeout: (async (ms: number) => new Promise(resolve => setTimeout(resolve, ms))) as never,
}))

/** A share of a fifth, and calls of 10 ms. */
function calls(isNeeded: () => boolean) {
  let usedMs = 0
  const share = new CpuShare({
    share: 0.2,
    burstMs: 100,
    isNeeded,
    now: () => Date.now(),
    used: () => usedMs,
  })
  let done = 0
  const call = async (): Promise<void> =>
    share.during(async () => {
      usedMs += 10
      done++
    })
  return { call, done: () => done }
}

it('calls take no more than their share while somebody else needs the thread', async () => {
  const { call, done } = calls(() => true)
  const all = Promise.all(Array.from({ length: 100 }, call))
  await vi.advanceTimersByTimeAsync(0)
  const atOnce = done()
  await vi.advanceTimersByTimeAsync(2_000)
  // 400 ms of 2 s, at 10.3 ms a call, after 100 ms at once.
  expect(done() - atOnce).toBeLessThanOrEqual(48)
  expect(done()).toBeGreaterThanOrEqual(35)
  await vi.advanceTimersByTimeAsync(10_000)
  await all
  expect(done()).toBe(100)
})

it('calls wait for nothing while nobody does', async () => {
  const { call, done } = calls(() => false)
  await Promise.all(Array.from({ length: 100 }, call))
  expect(done()).toBe(100)
})
