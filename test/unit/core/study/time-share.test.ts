import { describe, expect, it } from 'vitest'
import { fitsAnother, timeShareMs } from '../../../../src-main/core/study/time-share.ts'

describe('the share of a trial', () => {
  it('is a sixteenth of the time of all parallel trials, or more where fewer trials are wanted', () => {
    expect(timeShareMs({ stop: { minutes: 2 }, parallelTrials: 1 })).toBe(7_500)
    expect(timeShareMs({ stop: { minutes: 2 }, parallelTrials: 2 })).toBe(15_000)
    expect(timeShareMs({ stop: { minutes: 2, trials: 100 }, parallelTrials: 1 })).toBe(7_500)
    expect(timeShareMs({ stop: { minutes: 2, trials: 4 }, parallelTrials: 1 })).toBe(30_000)
  })

  it('is never longer than the study', () => {
    expect(timeShareMs({ stop: { minutes: 2, trials: 1 }, parallelTrials: 4 })).toBe(120_000)
    expect(timeShareMs({ stop: { minutes: 2, trials: 3 }, parallelTrials: 8 })).toBe(120_000)
  })

  it('is nothing without a limit of minutes', () => {
    expect(timeShareMs({ stop: { trials: 4 }, parallelTrials: 1 })).toBeNull()
  })
})

describe('another piece of work', () => {
  it('fits if it may take as long as the mean of those before', () => {
    expect(fitsAnother({ elapsedMs: 4_000, done: 4, limitMs: 5_000 })).toBe(true)
    expect(fitsAnother({ elapsedMs: 4_001, done: 4, limitMs: 5_000 })).toBe(false)
    expect(fitsAnother({ elapsedMs: 3_000, done: 1, limitMs: 5_000 })).toBe(false)
  })
})
