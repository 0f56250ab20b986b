import { describe, expect, it } from 'vitest'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import {
  resolveTpeSettings,
  type TpePreset,
} from '../../../../../src-main/search/samplers/tpe/settings.ts'
import {
  goodCount,
  improvementWeights,
  recentWeights,
  ROLE_BAD,
  ROLE_GOOD,
  splitTrials,
} from '../../../../../src-main/search/samplers/tpe/split.ts'
import { thinningKey, thinOut } from '../../../../../src-main/search/samplers/tpe/thin-out.ts'

const settingsOf = (preset: TpePreset) => resolveTpeSettings({ preset })

function trial(number: number, changes: Partial<TrialSnapshot>): TrialSnapshot {
  return { number, state: 'complete', parameters: {}, values: [], reports: [], ...changes }
}

describe('number of good trials (golden: Optuna, Hyperopt)', () => {
  it.each([
    [1, 1],
    [10, 1],
    [11, 2],
    [20, 2],
    [25, 3],
    [100, 10],
    [250, 25],
    [1000, 25],
  ])('optuna-5: %i → %i', (finished, expected) => {
    expect(goodCount(finished, settingsOf('optuna-5').good)).toBe(expected)
  })

  it.each([
    [16, 1],
    [17, 2],
    [64, 2],
    [100, 3],
    [400, 5],
    [10_000, 25],
  ])('hyperopt: %i → %i', (finished, expected) => {
    expect(goodCount(finished, settingsOf('hyperopt').good)).toBe(expected)
  })
})

describe('presets with several goals', () => {
  it('are those of Optuna: parameters apart, its weights, its number of good trials', () => {
    const five = resolveTpeSettings({ preset: 'optuna-5' }, 2)
    expect(five).toMatchObject({ multivariate: false, goodWeights: 'equal' })
    expect(goodCount(1000, five.good)).toBe(100)
    const four = resolveTpeSettings({ preset: 'optuna-4' }, 2)
    expect(four).toMatchObject({ multivariate: false, goodWeights: 'contribution' })
    expect(goodCount(1000, four.good)).toBe(25)
    expect(resolveTpeSettings({ preset: 'optuna-5', multivariate: true }, 3).multivariate).toBe(
      true,
    )
  })
})

describe('weights', () => {
  it('forget linearly (golden: Optuna)', () => {
    expect(Array.from(recentWeights(24))).toEqual(new Array(24).fill(1))
    const thirty = Array.from(recentWeights(30))
    const golden = [0.033333, 0.275, 0.516667, 0.758333, 1, 1]
    golden.forEach((weight, index) => expect(thirty[index]).toBeCloseTo(weight, 6))
    expect(recentWeights(26)[0]).toBeCloseTo(0.038462, 6)
    expect(Array.from(recentWeights(26)).slice(1)).toEqual(new Array(25).fill(1))
  })

  it('measure the improvement over the best bad trial', () => {
    expect(Array.from(improvementWeights([1, 3], 4) ?? [])).toEqual([3, 1])
    expect(improvementWeights([1], Number.POSITIVE_INFINITY)).toBeNull()
    expect(improvementWeights([Number.NEGATIVE_INFINITY], 4)).toBeNull()
  })
})

describe('splitTrials', () => {
  const good = (count: number) => ({
    ...settingsOf('optuna-5'),
    good: { rule: 'linear', share: 1, limit: count } as const,
  })

  it('ranks trials that lost a race by what they would have reached', () => {
    const trials = [
      trial(0, { values: [3] }),
      trial(1, {
        state: 'pruned',
        values: [2],
        isEstimate: true,
        reports: [{ step: 1, value: 9 }],
      }),
      trial(2, { state: 'pruned', values: [1], reports: [{ step: 9, value: 1 }] }),
    ]
    const { roles } = splitTrials(trials, 'minimize', good(1))
    expect([...roles]).toEqual([ROLE_BAD, ROLE_GOOD, ROLE_BAD])
  })

  it('ranks complete trials by value, then pruned ones by step and value there', () => {
    const trials = [
      trial(0, { state: 'pruned', values: [0], reports: [{ step: 3, value: 0.5 }] }),
      trial(1, { values: [9] }),
      trial(2, { state: 'pruned', values: [0], reports: [{ step: 5, value: 0.9 }] }),
      trial(3, { state: 'pruned', values: [0], reports: [{ step: 5, value: 0.8 }] }),
      trial(4, { values: [Number.NaN] }),
      trial(5, { state: 'pruned', values: [], reports: [] }),
      trial(6, { values: [2] }),
    ]
    const order = [6, 1, 4, 3, 2, 0, 5]
    for (let count = 1; count <= order.length; count++) {
      const { roles } = splitTrials(trials, 'minimize', good(count))
      const best = [...roles.keys()].filter(index => roles[index] === ROLE_GOOD)
      expect(best).toEqual(order.slice(0, count).sort((a, b) => a - b))
    }
  })

  it('ranks trials that break constraints last, by how much, and takes no threshold from them', () => {
    const trials = [
      trial(0, { values: [0], constraints: [3] }),
      trial(1, { values: [5], constraints: [-1] }),
      trial(2, { values: [0], constraints: [0.5, 0.25] }),
      trial(3, {
        state: 'pruned',
        values: [9],
        constraints: [0],
        reports: [{ step: 1, value: 9 }],
      }),
      trial(4, { values: [0], constraints: [Number.NaN] }),
      trial(5, { values: [7], constraints: [0] }),
    ]
    const order = [1, 5, 3, 2, 0, 4]
    for (let count = 1; count <= order.length; count++) {
      const { roles, threshold, goodInfeasible } = splitTrials(trials, 'minimize', good(count))
      const best = [...roles.keys()].filter(index => roles[index] === ROLE_GOOD)
      expect(best).toEqual(order.slice(0, count).sort((a, b) => a - b))
      expect(threshold).toBe([7, 9][count - 1] ?? Number.POSITIVE_INFINITY)
      expect(goodInfeasible).toBe(Math.max(count - 3, 0))
    }
  })

  it('follows the direction and prefers the earlier of equals', () => {
    const trials = [1, 5, 5, 2].map((value, number) => trial(number, { values: [value] }))
    expect([...splitTrials(trials, 'maximize', good(1)).roles]).toEqual([
      ROLE_BAD,
      ROLE_GOOD,
      ROLE_BAD,
      ROLE_BAD,
    ])
  })

  it('counts running trials as bad only with constantLiar, failed ones never', () => {
    const trials = [
      trial(0, { values: [1] }),
      trial(1, { state: 'running' }),
      trial(2, { state: 'failed' }),
    ]
    const liar = splitTrials(trials, 'minimize', settingsOf('optuna-5'))
    expect([...liar.roles]).toEqual([ROLE_GOOD, ROLE_BAD, 0])
    expect(liar.threshold).toBe(Number.POSITIVE_INFINITY)
    const honest = splitTrials(trials, 'minimize', settingsOf('optuna-4'))
    expect([...honest.roles]).toEqual([ROLE_GOOD, 0, 0])
  })
})

describe('thinOut', () => {
  const rows = Int32Array.from({ length: 4000 }, (_, row) => row)
  const keys = Uint32Array.from(rows, thinningKey)
  const ones = new Float64Array(4000).fill(1)

  it('leaves few observations as they are', () => {
    expect(thinOut(rows, ones, keys, 4000).rows).toBe(rows)
  })

  it('keeps the newest and a sample whose weights stand for all', () => {
    const thinned = thinOut(rows, ones, keys, 500)
    expect(thinned.rows.length).toBeLessThanOrEqual(500)
    expect(thinned.rows.length).toBeGreaterThan(200)
    expect([...thinned.rows.slice(-100)]).toEqual([...rows.slice(-100)])
    const total = thinned.weights.reduce((sum, weight) => sum + weight, 0)
    expect(total).toBeGreaterThan(4000 * 0.8)
    expect(total).toBeLessThan(4000 * 1.2)
  })

  it('keeps a subset of what it kept before, but for the newest', () => {
    const before = new Set(thinOut(rows.slice(0, 3000), ones, keys, 500).rows)
    const after = thinOut(rows, ones, keys, 500).rows.filter(row => row < 2900)
    expect(after.every(row => before.has(row))).toBe(true)
  })
})
