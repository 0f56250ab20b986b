import { describe, expect, it } from 'vitest'
import {
  type RunningPace,
  type StudyPace,
  timeLeftBeside,
  timeLeftMs,
  trialTimeLeftMs,
} from '../../../../src-main/core/study/time-left.ts'

const nowMs = 100_000
const counts = { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
const idle: StudyPace = {
  stop: { trials: 50 },
  parallelTrials: 2,
  counts,
  elapsedMs: 0,
  finished: { count: 0, totalMs: 0 },
  running: [],
}
const busy: StudyPace = {
  ...idle,
  counts: { ...counts, running: 2, complete: 8, pruned: 3, failed: 1 },
  elapsedMs: 65_000,
  finished: { count: 12, totalMs: 120_000 },
  running: [
    { startedAtMs: nowMs - 4_000, stepsDone: 3, stepsTotal: 5 },
    { startedAtMs: nowMs - 200, stepsDone: null, stepsTotal: 5 },
  ],
}

describe('timeLeftMs', () => {
  it('shares the work of the trials left among the slots', () => {
    // 36 trials not started; of the running ones, two of five steps at 4 s for three, and 9.8 s to the mean; on two slots.
    expect(timeLeftMs(busy, nowMs)).toBeCloseTo((36 * 10_000 + (4_000 / 3) * 2 + 9_800) / 2, 6)
    expect(timeLeftMs({ ...busy, parallelTrials: 4 }, nowMs)).toBeCloseTo(
      (36 * 10_000 + (4_000 / 3) * 2 + 9_800) / 4,
      6,
    )
  })

  it('is never less than the longest rest of a running trial', () => {
    const last = { ...busy, counts: { ...busy.counts, complete: 44 }, parallelTrials: 64 }
    expect(timeLeftMs(last, nowMs)).toBe(9_800)
  })

  it('shares the work among all trials that run, where another program runs more than the slots', () => {
    const running = Array.from({ length: 4 }, () => ({
      startedAtMs: nowMs,
      stepsDone: null,
      stepsTotal: null,
    }))
    const many = { ...busy, parallelTrials: 1, running, counts: { ...busy.counts, running: 4 } }
    expect(timeLeftMs(many, nowMs)).toBe(((34 + 4) * 10_000) / 4)
  })

  it('counts interrupted trials once more', () => {
    const resumed = {
      ...busy,
      parallelTrials: 1,
      running: [],
      counts: { ...counts, complete: 12, interrupted: 2 },
      stop: { trials: 14 },
    }
    expect(timeLeftMs(resumed, nowMs)).toBe(20_000)
  })

  it.each([
    ['the earlier of trials and minutes', { trials: 50, minutes: 2 }, 55_000],
    ['the earlier of trials and minutes', { trials: 13, minutes: 60 }, 9_800],
    ['what is left of the minutes alone', { minutes: 2 }, 55_000],
    ['nothing once the minutes are over', { minutes: 1 }, 0],
  ])('is %s: %j', (_, stop, expected) => {
    expect(timeLeftMs({ ...busy, stop }, nowMs)).toBe(expected)
  })

  it('is unknown without a finished trial, unless the minutes are limited', () => {
    const first = { ...busy, finished: { count: 0, totalMs: 0 } }
    expect(timeLeftMs(first, nowMs)).toBeNull()
    expect(timeLeftMs({ ...first, stop: { trials: 50, minutes: 2 } }, nowMs)).toBe(55_000)
  })

  it('is unknown without a rule that can be foreseen', () => {
    expect(timeLeftMs({ ...busy, stop: {} }, nowMs)).toBeNull()
  })

  it('is nothing when all trials are done, also where more ended than were asked for', () => {
    expect(timeLeftMs({ ...idle, counts: { ...counts, complete: 50 } }, nowMs)).toBe(0)
    expect(timeLeftMs({ ...idle, counts: { ...counts, failed: 60 } }, nowMs)).toBe(0)
  })

  it('goes by the mean where every trial was pruned', () => {
    const pruned = { ...busy, running: [], counts: { ...counts, pruned: 12 }, parallelTrials: 1 }
    expect(timeLeftMs(pruned, nowMs)).toBe(38 * 10_000)
  })

  it('is no longer because a clock was set back', () => {
    const running = [{ startedAtMs: nowMs + 60_000, stepsDone: null, stepsTotal: null }]
    const last = { ...busy, running, counts: { ...counts, running: 1, complete: 49 } }
    expect(timeLeftMs(last, nowMs)).toBe(10_000)
  })
})

describe('trialTimeLeftMs', () => {
  it.each<[RunningPace['stepsDone'], RunningPace['stepsTotal'], number | null]>([
    [2, 8, 6_000],
    [8, 8, 0],
    [9, 8, 0],
    [null, 8, null],
    [0, 8, null],
    [2, null, null],
  ])('after %s of %s steps in two seconds is %s', (stepsDone, stepsTotal, expected) => {
    const trial = { startedAtMs: nowMs - 2_000, stepsDone, stepsTotal }
    expect(trialTimeLeftMs(trial, nowMs)).toBe(expected)
  })
})

describe('the time left beside running trials', () => {
  it('is no less than the longest of theirs, unless a limit of time ends them', () => {
    const elapsedMs = 30_000
    const beside = (stop: StudyPace['stop'], timeLeft: number | null = 10_000) =>
      timeLeftBeside(timeLeft, [4_000, 12_000], { stop, elapsedMs })
    expect(beside({ trials: 50 })).toBe(12_000)
    expect(beside({ trials: 50 }, null)).toBeNull()
    expect(beside({ trials: 50, minutes: 0.7 })).toBe(12_000)
    expect(beside({ trials: 50, minutes: 0.6 }, 6_000)).toBe(6_000)
    expect(beside({ minutes: 0.6, runningTrials: 'finish' }, 6_000)).toBe(12_000)
  })

  it('counts those that the limit of time lets end', () => {
    const late = { ...busy, stop: { minutes: 1.1 }, elapsedMs: 65_000 }
    expect(timeLeftMs(late, nowMs)).toBe(1_000)
    const ending = { ...late, stop: { minutes: 1.1, runningTrials: 'finish' } } as const
    expect(timeLeftMs(ending, nowMs)).toBeCloseTo((4_000 / 3) * 2, 6)
  })
})
