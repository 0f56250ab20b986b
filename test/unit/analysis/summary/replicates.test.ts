import { describe, expect, it } from 'vitest'
import { refitStep } from '../../../../src-main/analysis/summary/replicates.ts'
import type { EventRecord } from '../../../../src-main/core/study/events.ts'

function end(detail: EventRecord['detail']): EventRecord[] {
  return [{ id: 1, kind: 'trial.finished', trialNumber: 4, detail, atMs: 0 }]
}

describe('the step up to which a model of all rows is trained', () => {
  it.each<[string, EventRecord[], number]>([
    ['the best one', [], 90],
    ['the median of several trainings', end({ replicateSteps: [90, 12, 14, 11, 20] }), 14],
    ['the middle of two', end({ replicateSteps: [90, 11] }), 51],
    ['the best one where folds are not recorded', end({ replicates: [[1], [2]] }), 90],
    ['the median of those that are known', end({ replicateSteps: [null, 7] }), 7],
  ])('is %s', (_, events, step) => {
    expect(refitStep(events, { number: 4, bestStep: 90 })).toBe(step)
  })

  it('is unknown where there is none', () => {
    expect(refitStep([], { number: 4, bestStep: null })).toBeNull()
  })
})
