import { expect, it } from 'vitest'
import type { ModelProgress } from '../../../../../src-main/core/models/built-model.ts'
import { TrainingMeter } from '../../../../../src-main/features/models/node/training-meter.ts'

it('counts each training by the time that it took as a trial, and tells five times a second', () => {
  let nowMs = 1_000
  const progressEvents: ModelProgress[] = []
  const meter = new TrainingMeter(
    () => nowMs,
    progress => progressEvents.push(progress),
  )
  meter.plan([
    { trialNumber: 4, steps: 10, durationMs: 3_000 },
    { trialNumber: 2, steps: null, durationMs: 1_000 },
  ])
  meter.next()
  nowMs += 100
  meter.step(1)
  nowMs += 900
  meter.step(4)
  nowMs += 2_000
  meter.next()
  meter.measuring()
  const first = { phase: 'training', trialNumber: 4, member: 1, members: 2, steps: 10 }
  expect(progressEvents).toEqual([
    { phase: 'preparing' },
    { ...first, step: 0, share: 0, remainingMs: null },
    { ...first, step: 4, share: 0.3, remainingMs: (1_000 * 0.7) / 0.3 },
    {
      phase: 'training',
      trialNumber: 2,
      member: 2,
      members: 2,
      step: 0,
      steps: null,
      share: 0.75,
      remainingMs: 1_000,
    },
    { phase: 'measuring' },
  ])
})
