import { describe, expect, it } from 'vitest'
import type { TrialSnapshot } from '../../../../../src-main/core/trial/trial.ts'
import {
  byMerit,
  constraintValuesOf,
  lossesOf,
  standardize,
  tameWorseHalf,
  untamed,
} from '../../../../../src-main/search/samplers/gp/observations.ts'

const trialsOf = (
  values: readonly number[],
  state: (number: number) => TrialSnapshot['state'] = () => 'complete',
): TrialSnapshot[] =>
  values.map((value, number) => ({
    number,
    state: state(number),
    parameters: {},
    values: [value],
    reports: [],
  }))

describe('losses', () => {
  it('are finite: NaN and +∞ as the worst, −∞ as the best', () => {
    const values = [3, Number.NaN, 1, Infinity, -Infinity, 2]
    expect([...lossesOf(trialsOf(values), 0, true)]).toEqual([3, 3, 1, 3, 1, 2])
    expect([...lossesOf(trialsOf(values), 0, false)]).toEqual([-3, -1, -1, -3, -1, -2])
    expect([...lossesOf(trialsOf([Number.NaN, Infinity]), 0, true)]).toEqual([0, 0])
  })

  it('of pruned trials are never better than the median of complete ones', () => {
    const trials = trialsOf([1, -9, 2, 9, 3], number => (number % 2 ? 'pruned' : 'complete'))
    expect([...lossesOf(trials, 0, true)]).toEqual([1, 2, 2, 9, 3])
  })

  it('of trials that lost a race are estimates of the whole, and count as they are', () => {
    const trials = trialsOf([1, 1.5, 2, 9, 3], number => (number % 2 ? 'pruned' : 'complete'))
    const estimated = trials.map(trial =>
      trial.number === 1 ? { ...trial, isEstimate: true as const } : trial,
    )
    expect([...lossesOf(estimated, 0, true)]).toEqual([1, 1.5, 2, 9, 3])
  })

  it('of pruned trials with several goals are the worst in each', () => {
    const trials = trialsOf([1, -9, 2, 9, 3], number => (number % 2 ? 'pruned' : 'complete')).map(
      trial => (trial.state === 'complete' ? { ...trial, values: [...trial.values, 5] } : trial),
    )
    expect([...lossesOf(trials, 0, true, false)]).toEqual([1, 9, 2, 9, 3])
    expect([...lossesOf(trials, 1, true, false)]).toEqual([5, 5, 5, 5, 5])
  })

  it('count missing constraint values as the worst', () => {
    const trials = trialsOf([0, 0, 0]).map((trial, k) =>
      k === 1 ? trial : { ...trial, constraints: [k - 1] },
    )
    expect([...constraintValuesOf(trials, 0)]).toEqual([-1, 1, 1])
  })
})

describe('standardizing', () => {
  it('gives mean 0 and variance 1, of huge values too', () => {
    for (const scale of [1, 1e300]) {
      const { values, mean, deviation } = standardize(Float64Array.of(-scale, scale, 0, scale))
      expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 12)
      expect(values.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 12)
      expect((values[1] as number) * deviation + mean).toBeCloseTo(scale, -299)
    }
  })

  it('gives 0 for equal values', () => {
    expect([...standardize(Float64Array.of(7, 7, 7)).values]).toEqual([0, 0, 0])
  })
})

describe('taming the worse half', () => {
  const losses = Float64Array.of(1, 1e12, 2, 4, 50, 3, 1e12)
  const tamed = tameWorseHalf(losses, false)

  it('keeps the better half and the order', () => {
    expect([tamed[0], tamed[2], tamed[5], tamed[3]]).toEqual([1, 2, 3, 4])
    expect(tamed[4]).toBeGreaterThan(4)
    expect(tamed[1]).toBeGreaterThan(tamed[4] as number)
    expect(tamed[6]).toBe(tamed[1])
  })

  it('leaves no loss further from the median than a normal one of its rank', () => {
    // Deviation of the better half from the median 4: √((9 + 4 + 1 + 0)/4); the tied ranks 5 of 7.
    const deviation = Math.sqrt(14 / 4)
    expect(tamed[1]).toBeCloseTo(4 + deviation * 0.7916386077433746, 10)
  })

  it('is undone at each loss, on the line between two, and as a shift beyond all', () => {
    losses.forEach((loss, index) => {
      expect(untamed(tamed[index] as number, tamed, losses)).toBe(loss)
    })
    expect(untamed(2.25, tamed, losses)).toBe(2.25)
    const between = 0.75 * (tamed[3] as number) + 0.25 * (tamed[4] as number)
    expect(untamed(between, tamed, losses)).toBeCloseTo(4 + 0.25 * 46, 10)
    expect(untamed(-3, tamed, losses)).toBe(-3)
    expect(untamed((tamed[1] as number) + 8, tamed, losses)).toBeCloseTo(1e12 + 8, 3)
    expect(untamed(7, Float64Array.of(5, 5), Float64Array.of(5, 5))).toBe(7)
  })

  it('widens a narrow worse half only if it may', () => {
    const narrow = Float64Array.of(0, 10, 18, 20, 21, 21.5, 22)
    expect([...tameWorseHalf(narrow, false)]).toEqual([...narrow])
    expect(tameWorseHalf(narrow, true)[6]).toBeGreaterThan(25)
  })

  it('leaves equal and infinite-range losses alone', () => {
    expect([...tameWorseHalf(Float64Array.of(2, 2, 2, 5), true)]).toEqual([2, 2, 2, 5])
    const wide = Float64Array.of(-1e308, 1e308, 1e308)
    expect([...tameWorseHalf(wide, true)]).toEqual([...wide])
  })
})

it('merit puts feasible before infeasible, then the less dominated, then the newer', () => {
  const trials = trialsOf([0, 0, 0, 0]).map((trial, k) => ({
    ...trial,
    constraints: [k === 0 ? 1 : -1],
  }))
  expect(byMerit(trials, [Float64Array.of(0, 2, 1, 1)])).toEqual([3, 2, 1, 0])
})
