import { describe, expect, it } from 'vitest'
import {
  measureOf,
  testMetricOf,
  testMetricsOfTrial,
} from '../../../../src-main/core/study/test-metric.ts'

const tested = { testLoss: 0.4, testQuantileLoss: 0.3, testAccuracy: 0.9, testR2: Number.NaN }

describe('testMetricOf', () => {
  it.each([
    ['validationAccuracy', { metric: 'testAccuracy', value: 0.9 }],
    // Not `testQuantileLoss`, which ends alike.
    ['validationLoss', { metric: 'testLoss', value: 0.4 }],
    ['validationR2', { metric: 'testR2', value: Number.NaN }],
    // The test has no such metric, and no other one stands in for it.
    ['validationAuc', null],
    ['validationaccuracy', null],
    // Not measured on validation rows: nothing on the test split is the same.
    ['trainLoss', null],
    ['trainingSeconds', null],
    // The same name is the same metric.
    ['testAccuracy', { metric: 'testAccuracy', value: 0.9 }],
    ['Accuracy', null],
    ['validation', null],
    ['', null],
  ])('of %s', (goal, metric) => {
    expect(testMetricOf(goal, tested)).toEqual(metric)
  })

  it.each([null, undefined, {}])('is nothing where nothing was tested: %j', metrics => {
    expect(testMetricOf('validationAccuracy', metrics)).toBeNull()
  })

  it('reads no more than the names that were measured', () => {
    expect(testMetricOf('validationAccuracy', Object.create(tested) as typeof tested)).toBeNull()
  })
})

describe('testMetricsOfTrial', () => {
  it('gives the metrics of the trial that was tested, and of no other', () => {
    const winner = { trialNumber: 7, metrics: tested }
    expect(testMetricsOfTrial(winner, 7)).toBe(tested)
    expect(testMetricsOfTrial(winner, 8)).toBeNull()
    expect(testMetricsOfTrial(null, 7)).toBeNull()
  })
})

describe('measureOf', () => {
  it.each([
    ['validationAccuracy', 'Accuracy'],
    ['testAccuracy', 'Accuracy'],
    ['trainLoss', 'Loss'],
    ['trainingSeconds', 'trainingSeconds'],
    ['tested', 'tested'],
    ['loss', 'loss'],
  ])('of %s is %s', (metric, measure) => {
    expect(measureOf(metric)).toBe(measure)
  })
})
