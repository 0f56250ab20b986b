import { describe, expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import type { TrialRecord } from '../../../../../src-main/core/trial/trial.ts'
import { compareTrials } from '../../../../../src-main/features/verify/node/compare-trials.ts'

const settings = { goals: ['loss'], tolerance: 0, isComparable: () => true }
const trial = {
  number: 0,
  state: 'complete',
  values: [2],
  bestStep: 1,
  reason: null,
  attempts: [],
  metrics: { loss: { steps: [1], values: [2] } },
} as unknown as TrialRecord

describe('a trial that is trained again', () => {
  it('is compared by its value, unless that was estimated from a part of its trainings', () => {
    const again = { ...trial, values: [3] }
    expect(compareTrials(trial, again, settings).outcome).toBe('different')
    const part = (done: number | null): TrialRecord => ({
      ...trial,
      reason: msg('ending.timeShare', { seconds: 1, step: null, part: done, of: 5 }),
    })
    expect(compareTrials(part(2), again, settings).outcome).toBe('identical')
    expect(compareTrials(part(null), again, settings).outcome).toBe('different')
  })
})
