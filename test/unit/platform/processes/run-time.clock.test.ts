import { expect, it } from 'vitest'
import { Span, steadyClock } from '../../../../src-main/platform/processes/run-time.ts'

it('goes on when the clock of the machine is set back, and follows when it is set forward', () => {
  let [wallMs, monotonicMs] = [1_000_000, 5.25]
  const now = steadyClock(
    () => wallMs,
    () => monotonicMs,
  )
  const pass = (durationMs: number, setMs = 0): number => {
    wallMs += durationMs + setMs
    monotonicMs += durationMs
    return now()
  }
  expect(now()).toBe(1_000_000)
  expect(pass(20)).toBe(1_000_020)
  expect(pass(10, -30 * 86_400_000)).toBe(1_000_030)
  expect(pass(10)).toBe(1_000_040)
  expect(pass(10, 30 * 86_400_000 + 500)).toBe(1_000_550)
})

it('a span ends after the time that it took, however the clock is moved on', () => {
  let [wallMs, monotonicMs] = [1_000_000, 5.25]
  const span = new Span(
    () => wallMs,
    () => monotonicMs,
  )
  const pass = (durationMs: number, setMs = 0): number => {
    wallMs += durationMs + setMs
    monotonicMs += durationMs
    return span.endMs
  }
  expect(pass(20)).toBe(1_000_020)
  expect(pass(20, 900)).toBe(1_000_940)
  expect(pass(20, 30 * 86_400_000)).toBe(1_000_060)
  expect(span.durationMs).toBe(60)
})

it('a span tells what the clock of the machine said where that is another time', () => {
  let [wallMs, monotonicMs] = [1_000_000, 5.25]
  const monotonic = () => monotonicMs
  const now = steadyClock(() => wallMs, monotonic)
  const span = new Span(now, monotonic)
  const pass = (durationMs: number, setMs = 0) => {
    wallMs += durationMs + setMs
    monotonicMs += durationMs
    return span.end
  }
  expect(pass(20)).toEqual({ atMs: 1_000_020 })
  expect(pass(20, -60_000)).toEqual({ atMs: 1_000_040, clockMovedMs: -60_000 })
  expect(pass(20, 120_000)).toEqual({ atMs: 1_000_060, clockMovedMs: 60_000 })
})
