import { describe, expect, it } from 'vitest'
import { bestTrialHeadline } from '../../../../src-main/analysis/summary/best-trial-headline.ts'
import { expectedRange, testGapMessage } from '../../../../src-main/analysis/summary/test-gap.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import type { StudySpecification } from '../../../../src-main/core/study/study-specification.ts'
import { repeatedTrainings } from '../../../../src-main/core/study/trainings.ts'

const t = createTranslate('en')
const specification: Pick<StudySpecification, 'goals' | 'folds' | 'replicates'> = {
  goals: [{ metric: 'validationRmse', direction: 'minimize' }],
  folds: 5,
  replicates: { count: 1, value: 'mean' },
}
const trainings = [70_000, 75_000, 80_000, 83_000, 86_000].map((value, number) => ({
  number,
  values: [value],
  bestStep: null,
  lastStep: null,
}))
const repeats = repeatedTrainings(specification)
const gapOf = (value: number) => testGapMessage(repeats, trainings, { metric: 'testRmse', value })

describe('where a test value is expected', () => {
  it('is the 95 % prediction interval of one more value', () => {
    // Mean 78,800, deviation 6379.7, t of four degrees of freedom 2.7764.
    const range = expectedRange(trainings.map(({ values: [value = 0] }) => value))
    expect(range?.low).toBeCloseTo(78_800 - 2.776445 * 6_379.655 * Math.sqrt(1.2), 0)
    expect(range?.high).toBeCloseTo(78_800 + 2.776445 * 6_379.655 * Math.sqrt(1.2), 0)
    expect(expectedRange([1])).toBeNull()
  })

  it('says in one sentence that a value lies outside, on either side, and nothing within', () => {
    expect(gapOf(90_000)).toBeNull()
    for (const value of [110_118, 40_000]) {
      const gap = gapOf(value)
      expect(gap).not.toBeNull()
      const text = gap === null ? '' : t.format(gap)
      expect(text).toContain(
        `testRmse of ${value === 110_118 ? '110,118' : '40,000'} on the test rows`,
      )
      expect(text).toContain('the 95 % prediction interval of the 5 folds (59,')
      expect(text).toContain('few test rows')
      expect(text).toContain('single model')
    }
  })

  it('is unknown for what was trained once', () => {
    const test = { metric: 'testRmse', value: 1 }
    expect(testGapMessage(null, trainings, test)).toBeNull()
    expect(testGapMessage(repeats, undefined, test)).toBeNull()
  })
})

it('stands in the headline of the best trial, with the model that was tested', () => {
  const headline = bestTrialHeadline({
    specification,
    trials: [{ number: 3, state: 'complete', values: [78_800] }],
    winner: { trialNumber: 3, metrics: { testRmse: 110_118 } },
    trainingsOf: () => trainings,
  })
  expect(headline?.testModel && t.format(headline.testModel)).toBe('model of fold 1')
  expect(headline?.testGap && t.format(headline.testGap)).toContain('110,118')
})
