import { expect, it } from 'vitest'
import { areShares, pointsText } from '../../../../src-main/core/study/share-metric.ts'
import { resultInsights } from '../../../../src-main/analysis/insights/result-insights.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

it.each([
  ['validationAccuracy', [0.31, 0.79], true],
  ['macroF1', [0.1, 0.2], true],
  ['validationAuc', [0.5, 0.9], true],
  // In percent already.
  ['accuracy', [31, 79], false],
  ['validationLoss', [0.3, 0.2], false],
  ['autocorrelation', [0.3, 0.2], false],
])('of %s %j are shares: %s', (metric, values, expected) => {
  expect(areShares(metric, ...values)).toBe(expected)
})

it('is said in points: 0.31 to 0.79 is no 153 %', () => {
  const trials = [0.31, 0.79].map((value, number) => ({
    number,
    state: 'complete' as const,
    values: [value],
  }))
  const goal = { metric: 'validationAccuracy', direction: 'maximize', index: 0 } as const
  const [insight] = resultInsights(trials, goal)
  expect(createTranslate('en').format(insight!.message)).toBe(
    'Trial 1 is 48 points ahead of trial 0 (no interval: trained once); it is the newest.',
  )
  expect([pointsText(0.004), pointsText(-0.48)]).toEqual(['0.4', '−48'])
})
