import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { afterRunTime } from '../../../../src-main/platform/processes/run-time.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('counts no time in which what it waits for is stopped', () => {
  const action = vi.fn()
  let isStopped = false
  afterRunTime(2_500, action, () => isStopped)
  vi.advanceTimersByTime(1_000)
  isStopped = true
  vi.advanceTimersByTime(60_000)
  isStopped = false
  vi.advanceTimersByTime(1_000)
  expect(action).not.toHaveBeenCalled()
  vi.advanceTimersByTime(501)
  expect(action).toHaveBeenCalledTimes(1)
})

it('does nothing once it was taken back', () => {
  const action = vi.fn()
  const clear = afterRunTime(500, action)
  vi.advanceTimersByTime(499)
  clear()
  vi.advanceTimersByTime(5_000)
  expect(action).not.toHaveBeenCalled()
})
