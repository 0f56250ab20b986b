import { describe, expect, it } from 'vitest'
import {
  lossOfPredictions,
  measurePredictions,
  mixPredictions,
  type PredictedRows,
} from '../../../../src-main/training/ensembles/measure-predictions.ts'
import { selectMembers } from '../../../../src-main/training/ensembles/select-members.ts'
import { stackMembers } from '../../../../src-main/training/ensembles/stack-members.ts'

const numbers = (targets: readonly number[]): PredictedRows => ({
  outputs: { kind: 'value', target: 'y', mean: 0, deviation: 1 },
  targets: Float64Array.from(targets),
})
const classes: PredictedRows = {
  outputs: { kind: 'classes', names: ['a', 'b'] },
  targets: Float64Array.of(0, 0, 1, 1),
}
const ofClassOne = (...shares: number[]) => Float64Array.from(shares.flatMap(p => [1 - p, p]))
const loss = { metric: 'validationLoss', direction: 'minimize' } as const

describe('greedy selection of an ensemble', () => {
  it('takes models whose errors cancel, each as often as it helps', () => {
    const rows = numbers([0, 0, 0])
    // The errors cancel at shares of 2/3 and 1/3; the third only adds to them.
    const candidates = [
      [1, 1, 1],
      [-2, -2, -2],
      [3, 3, 3],
    ].map(row => Float64Array.from(row))
    expect(selectMembers(rows, candidates, loss)).toEqual([2 / 3, 1 / 3, 0])
  })

  it('is the best single model where nothing is better', () => {
    const rows = numbers([0, 1, 2])
    const candidates = [
      [0, 1, 2],
      [5, 5, 5],
    ].map(row => Float64Array.from(row))
    expect(selectMembers(rows, candidates, loss)).toEqual([1, 0])
  })

  it('decides by the measure of the goal, and of equals by the loss', () => {
    const sure = ofClassOne(0.1, 0.2, 0.8, 0.9)
    const wrong = ofClassOne(0.01, 0.6, 0.99, 0.99)
    const timid = ofClassOne(0.4, 0.4, 0.6, 0.6)
    const goal = { metric: 'validationAccuracy', direction: 'maximize' } as const
    const shares = selectMembers(classes, [timid, wrong, sure], goal)
    const mixed = measurePredictions(classes, mixPredictions([timid, wrong, sure], shares))
    expect(mixed['Accuracy']).toBe(1)
    expect(shares[0]).toBe(0)
    expect(mixed['Loss']).toBeLessThanOrEqual(lossOfPredictions(classes, sure))
  })

  it('is never worse than its best member by the goal, whatever that is', () => {
    const goal = { metric: 'validationAuc', direction: 'maximize' } as const
    const candidates = [ofClassOne(0.3, 0.7, 0.5, 0.9), ofClassOne(0.6, 0.1, 0.5, 0.4)]
    const auc = (predictions: Float64Array) => measurePredictions(classes, predictions)['Auc']!
    const shares = selectMembers(classes, candidates, goal)
    const best = Math.max(...candidates.map(auc))
    expect(auc(mixPredictions(candidates, shares))).toBeGreaterThanOrEqual(best)
  })
})

describe('stacked shares', () => {
  it('of numbers are those of the least squared error', () => {
    const rows = numbers([0, 0, 0, 0])
    const candidates = [
      [1, -1, 0, 0],
      [0, 0, 2, -2],
    ].map(row => Float64Array.from(row))
    // w² · 2 + (1 − w)² · 8 is least at w = 0.8.
    const [first, second] = stackMembers(rows, candidates)
    expect(first).toBeCloseTo(0.8, 9)
    expect(second).toBeCloseTo(0.2, 9)
  })

  it('of probabilities lower the loss below that of every member and of the mean', () => {
    const candidates = [ofClassOne(0.1, 0.9, 0.9, 0.8), ofClassOne(0.6, 0.1, 0.9, 0.3)]
    const shares = stackMembers(classes, candidates)
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    const stacked = lossOfPredictions(classes, mixPredictions(candidates, shares))
    const others = [...candidates, mixPredictions(candidates, [0.5, 0.5])]
    for (const other of others)
      expect(stacked).toBeLessThanOrEqual(lossOfPredictions(classes, other) + 1e-9)
  })

  it('are refused for quantiles', () => {
    const rows = { ...numbers([0]), quantile: 0.9 }
    expect(() => stackMembers(rows, [Float64Array.of(1)])).toThrow(/ensemble/)
  })
})
