import { describe, expect, it } from 'vitest'
import {
  bestTrialHeadline,
  type HeadlineSource,
  whyNoBest,
} from '../../../../src-main/analysis/summary/best-trial-headline.ts'
import type { Ensemble } from '../../../../src-main/analysis/summary/ensemble.ts'
import { baselineValue, differenceMessage } from '../../../../src-main/core/study/baseline.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import type { EstimatedBest } from '../../../../src-main/core/study/estimated-best.ts'
import type { Goal } from '../../../../src-main/core/study/study-specification.ts'
import type { RankedTrial } from '../../../../src-main/core/trial/ranking.ts'

const accuracy: Goal = { metric: 'validationAccuracy', direction: 'maximize' }
const seconds: Goal = { metric: 'trainingSeconds', direction: 'minimize' }
const once: HeadlineSource['specification'] = {
  goals: [accuracy],
  folds: 1,
  replicates: { count: 1, value: 'mean' },
}

function trial(number: number, values: readonly number[], change: Partial<RankedTrial> = {}) {
  return { number, state: 'complete' as const, values, ...change }
}
const trials: readonly RankedTrial[] = [
  trial(0, [0.7, 9]),
  trial(1, [0.9, 12]),
  trial(2, [0.8, 3]),
  trial(3, [0.95, 1], { state: 'pruned' }),
]
const winner = { trialNumber: 1, metrics: { testLoss: 0.5, testAccuracy: 0.85 } }

describe('a baseline', () => {
  it('is compared with the best trial, in the direction of the goal', () => {
    const source = { specification: once, trials, winner: null }
    const pinned = baselineValue({ trial: 2 }, number => trials[number]?.values)
    expect(pinned).toEqual({ trialNumber: 2, value: 0.8 })
    const headline = bestTrialHeadline({ ...source, baseline: pinned })
    expect(headline?.baseline?.difference).toBeCloseTo(0.1)
    expect(headline?.baseline).toMatchObject({ trialNumber: 2, value: 0.8, isBetter: true })
    const value = baselineValue({ value: 0.95 }, () => undefined)
    expect(bestTrialHeadline({ ...source, baseline: value })?.baseline).toMatchObject({
      trialNumber: null,
      isBetter: false,
    })
    expect(bestTrialHeadline(source)).not.toHaveProperty('baseline')
  })

  it('differs in the middle of the interval where one of the two has a part of the folds', () => {
    const valuesOf: Record<number, readonly number[]> = { 1: [0.9, 0.8], 2: [0.7, 0.65, 0.5] }
    const headline = bestTrialHeadline({
      specification: { ...once, folds: 3 },
      trials,
      winner: null,
      // An estimate from two of three folds, and the mean of three.
      baseline: { trialNumber: 2, value: 0.6167 },
      trainingsOf: number =>
        valuesOf[number]?.map((value, training) => ({
          number: training,
          values: [value],
          bestStep: null,
          lastStep: null,
        })),
    })
    const { difference = 0, interval = null, isBetter } = headline?.baseline ?? {}
    expect(difference).toBeCloseTo((0.2 + 0.15) / 2)
    expect(interval?.trainings).toBe(2)
    expect(((interval?.low ?? 0) + (interval?.high ?? 0)) / 2).toBeCloseTo(difference)
    expect(isBetter).toBe(true)
  })

  it('has no value while its trial has none', () => {
    expect(baselineValue(null, () => [1])).toBeNull()
    expect(baselineValue({ trial: 7 }, () => undefined)).toBeNull()
    expect(baselineValue({ trial: 7 }, () => [Number.NaN])).toBeNull()
  })

  it.each([
    ['validationAccuracy', 0.79, 0.31, '+48 points'],
    ['validationLoss', 0.96, 1, '−4 %'],
    ['validationLoss', 1, 1, '±0 %'],
    // A percentage of nothing, or of almost nothing, says nothing.
    ['validationLoss', 0.5, 0, '+0.5000'],
    ['validationLoss', 5_000, 1, '+4,999'],
  ])('differs in %s: %d from %d is %s', (metric, value, base, text) => {
    expect(createTranslate('en').format(differenceMessage(metric, value, base))).toBe(text)
  })
})

describe('bestTrialHeadline', () => {
  it('gives number, value, and the same goal at the test', () => {
    expect(bestTrialHeadline({ specification: once, trials, winner })).toEqual({
      number: 1,
      value: 0.9,
      goals: [{ ...accuracy, value: 0.9, test: { metric: 'testAccuracy', value: 0.85 } }],
      feasible: true,
      trainings: null,
      basis: null,
      testMetrics: winner.metrics,
      testModel: null,
      testGap: null,
      testLooks: null,
    })
    const looks = { before: 1, total: 2, studies: 2 }
    const tested = { specification: once, trials, winner: { ...winner, looks } }
    expect(bestTrialHeadline(tested)?.testLooks).toEqual(looks)
    const other = { ...tested, winner: { ...tested.winner, trialNumber: 2 } }
    expect(bestTrialHeadline(other)?.testLooks).toBeNull()
  })

  it('has the values of all goals, and is the best by the first', () => {
    const specification = { ...once, goals: [seconds, accuracy] }
    const turned = trials.map(trial => ({ ...trial, values: trial.values.toReversed() }))
    expect(bestTrialHeadline({ specification, trials: turned, winner })).toMatchObject({
      number: 2,
      value: 3,
      goals: [
        { ...seconds, value: 3, test: null },
        { ...accuracy, value: 0.8, test: null },
      ],
    })
  })

  it.each([
    ['another trial was tested', { ...winner, trialNumber: 2 }, null, null],
    ['nothing was tested', null, null, null],
    [
      'the test has no such metric',
      { trialNumber: 1, metrics: { testLoss: 0.5 } },
      null,
      { testLoss: 0.5 },
    ],
  ])('has no goal at the test where %s', (_, tested, test, testMetrics) => {
    const headline = bestTrialHeadline({ specification: once, trials, winner: tested })
    expect(headline?.goals).toEqual([{ ...accuracy, value: 0.9, test }])
    expect(headline?.testMetrics).toEqual(testMetrics)
  })

  it.each([
    [{ folds: 5 }, { by: 'folds', count: 5, value: 'mean' }],
    [
      { replicates: { count: 3, value: 'median' } },
      { by: 'replicates', count: 3, value: 'median' },
    ],
    [
      { folds: 5, replicates: { count: 2, value: 'mean' } },
      { by: 'trainings', count: 10, value: 'mean' },
    ],
    [{ instances: ['a', 'b', 'c'] }, { by: 'instances', count: 3, value: 'mean' }],
  ] as const)('says what its values are the mean of: %j', (change, trainings) => {
    const specification = { ...once, ...change } as HeadlineSource['specification']
    expect(bestTrialHeadline({ specification, trials, winner: null })?.trainings).toEqual(trainings)
  })

  it.each([
    ['no trials', [], 'noTrials'],
    ['none complete', [trial(0, [], { state: 'failed' })], 'noneComplete'],
    [
      'all pruned',
      [trial(0, [0.9], { state: 'pruned' }), trial(1, [0.8], { state: 'pruned' })],
      'noneComplete',
    ],
    ['none feasible', [trial(0, [0.9], { constraints: [-1, 0.5] })], 'noneFeasible'],
    ['no numbers', [trial(0, [Number.NaN])], 'noNumbers'],
    [
      'none feasible, or no number',
      [trial(0, [Number.NaN]), trial(1, [0.9], { constraints: [Number.NaN] })],
      'noneFeasible',
    ],
  ] as const)('is nothing with %s', (_, some, reason) => {
    expect(bestTrialHeadline({ specification: once, trials: some, winner })).toBeNull()
    expect(whyNoBest(some)).toBe(reason)
  })

  it('passes over better trials that break a constraint or that a person took out', () => {
    const some = [
      trial(0, [0.7], { constraints: [0] }),
      trial(1, [0.9], { constraints: [0.1] }),
      trial(2, [0.8], { constraints: [-1], excluded: true }),
    ]
    expect(bestTrialHeadline({ specification: once, trials: some, winner })).toMatchObject({
      number: 0,
      value: 0.7,
      feasible: true,
      testMetrics: null,
    })
  })

  it('keeps the estimated best and the ensemble, and whether somebody looked for them', () => {
    const estimatedBest: EstimatedBest = {
      observed: 1,
      likely: 2,
      expected: 0.85,
      observedExpected: 0.8,
      noise: 0.1,
      chance: 0.7,
    }
    const ensemble: Ensemble = {
      method: 'average',
      members: [],
      refit: false,
      folds: 1,
      metrics: {},
    }
    const source = { specification: once, trials, winner }
    expect(bestTrialHeadline({ ...source, estimatedBest, ensemble })).toMatchObject({
      estimatedBest,
      ensemble,
    })
    expect(bestTrialHeadline({ ...source, estimatedBest: null })).toMatchObject({
      estimatedBest: null,
    })
    expect(bestTrialHeadline(source)).not.toHaveProperty('estimatedBest')
    expect(bestTrialHeadline(source)).not.toHaveProperty('ensemble')
  })
})
