import { describe, expect, it } from 'vitest'
import { classificationMetrics } from '../../../../src-main/training/metrics/classification.ts'
import {
  metricDefinitions,
  prefixMetrics,
} from '../../../../src-main/training/metrics/metric-definitions.ts'
import { regressionMetrics } from '../../../../src-main/training/metrics/regression.ts'

/** Expected values: scikit-learn 1.9.1 on the same numbers. */
describe('classificationMetrics', () => {
  it('agrees with scikit-learn for three classes', () => {
    const rows = [
      [2, 1, 0.5],
      [0.1, 0.2, 0.3],
      [1, 3, -1],
      [0, 0, 0],
      [-1, 2, 2.5],
      [0.5, 0.4, 0.3],
      [1, 1.5, 1],
      [3, -2, 0],
    ]
    const labels = Int32Array.of(0, 1, 1, 2, 2, 0, 2, 0)
    const values = classificationMetrics(Float32Array.from(rows.flat()), labels, 3)
    expect(Object.keys(values)).toEqual(['Accuracy', 'BalancedAccuracy', 'MacroF1'])
    expect(values['Accuracy']).toBe(0.625)
    expect(values['BalancedAccuracy']).toBeCloseTo(0.611111111111111, 14)
    expect(values['MacroF1']).toBeCloseTo(0.5857142857142857, 14)
  })

  it('agrees with scikit-learn for two classes with equal scores', () => {
    const rows = [
      [0.2, 0.9],
      [1.5, 0.3],
      [0.3, 0.3],
      [0.1, 0.8],
      [2, 2],
      [0.7, 0.1],
      [0, 1.1],
      [0.6, 0.5],
    ]
    const labels = Int32Array.of(1, 0, 1, 0, 0, 0, 1, 1)
    const values = classificationMetrics(Float32Array.from(rows.flat()), labels, 2)
    expect(values['Accuracy']).toBe(0.625)
    expect(values['BalancedAccuracy']).toBe(0.625)
    expect(values['MacroF1']).toBeCloseTo(0.6190476190476191, 14)
    // 11.5 of 16 pairs: the pairs (row 2, row 4) tie and count half.
    expect(values['Auc']).toBe(0.71875)
  })

  it('gives a class that is never predicted an F1 of 0', () => {
    const outputs = Float32Array.of(1, 0, 1, 0)
    const values = classificationMetrics(outputs, Int32Array.of(0, 1), 2)
    expect(values['MacroF1']).toBeCloseTo(1 / 3, 14)
    expect(values['Auc']).toBe(0.5)
  })
})

describe('regressionMetrics', () => {
  it('agrees with scikit-learn', () => {
    const values = regressionMetrics(
      Float64Array.of(2.5, 0, 2, 8, 3.5),
      Float64Array.of(3, -0.5, 2, 7, 4.25),
    )
    expect(values['Rmse']).toBeCloseTo(0.6422616289332564, 14)
    expect(values['Mae']).toBeCloseTo(0.55, 14)
    expect(values['R2']).toBeCloseTo(0.9328175895765473, 14)
  })

  it("gives scikit-learn's mean_pinball_loss of a quantile", () => {
    const values = regressionMetrics(
      Float64Array.of(2.5, 0, 2, 8, 3.5),
      Float64Array.of(3, -0.5, 2, 7, 4.25),
      0.8,
    )
    expect(values['QuantileLoss']).toBeCloseTo(0.26, 14)
    expect(values['Mae']).toBeCloseTo(0.55, 14)
  })

  it('has a finite R2 for targets that are all equal', () => {
    const targets = Float64Array.of(2, 2)
    expect(regressionMetrics(Float64Array.of(2, 2), targets)['R2']).toBe(1)
    expect(regressionMetrics(Float64Array.of(2, 3), targets)['R2']).toBe(0)
    // The mean of three times 0.1 is not 0.1.
    const rounded = Float64Array.of(0.1, 0.1, 0.1)
    expect(regressionMetrics(Float64Array.of(0.1, 0.1, 0.2), rounded)['R2']).toBe(0)
  })
})

describe('metricDefinitions', () => {
  const names = (problem: 'auto' | 'classification' | 'regression', binary: boolean) =>
    metricDefinitions(problem, binary).map(metric => metric.name)

  it('lists what each problem reports', () => {
    expect(names('classification', false)).toEqual([
      'trainLoss',
      'validationLoss',
      'validationAccuracy',
      'validationBalancedAccuracy',
      'validationMacroF1',
    ])
    expect(names('classification', true)).toContain('validationAuc')
    expect(names('regression', true)).toEqual([
      'trainLoss',
      'validationLoss',
      'validationRmse',
      'validationMae',
      'validationR2',
    ])
  })

  it('lists both without doubles while the problem is open', () => {
    const both = names('auto', true)
    expect(new Set(both).size).toBe(both.length)
    expect(both).toEqual(expect.arrayContaining(['validationAuc', 'validationR2']))
  })
})

describe('prefixMetrics', () => {
  it('names the split', () => {
    expect(prefixMetrics('test', { Loss: 1, Accuracy: 0.5 })).toEqual({
      testLoss: 1,
      testAccuracy: 0.5,
    })
  })
})
