import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from '../../../../src-main/analysis/statistics/bootstrap-interval.ts'
import {
  distributionBand,
  empiricalDistribution,
} from '../../../../src-main/analysis/statistics/edf.ts'
import { median } from '../../../../src-main/math/statistics/quantile.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'

const mean = (values: readonly number[] = []): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

describe('bootstrap interval', () => {
  const a = Array.from({ length: 20 }, (_, i) => Math.exp(((i * 7) % 20) / 9))
  const b = Array.from({ length: 15 }, (_, i) => Math.exp(((i * 4) % 15) / 6) + 0.3)

  // scipy.stats.bootstrap(method='BCa') over the very 500 resamples that this stream draws; 1e-9.
  it.each([
    ['mean', [a], ([x]: readonly number[][]) => mean(x), 2.6507598232558593, 4.661255037022551],
    [
      'difference of means',
      [a, b],
      ([x, y]: readonly number[][]) => mean(x) - mean(y),
      -2.597544106229919,
      0.7247307181957063,
    ],
    [
      'difference of medians',
      [a, b],
      ([x, y]: readonly number[][]) => median(x ?? []) - median(y ?? []),
      -3.5095002174382897,
      1.548623288239285,
    ],
  ] as const)(
    'is what SciPy makes of the same resamples: %s',
    (_, samples, statistic, low, high) => {
      const interval = bootstrapInterval(samples, statistic as never, { resamples: 500 })
      expect(interval.method).toBe('bca')
      expect(interval.estimate).toBe(statistic(samples as never))
      expect(Math.abs(interval.low - low)).toBeLessThan(1e-9)
      expect(Math.abs(interval.high - high)).toBeLessThan(1e-9)
    },
  )

  it('covers the truth about as often as it says', () => {
    // Means of 25 exponential values: skewed. 90 % nominal; the binomial deviation of 200 studies is 2 %.
    let covered = 0
    for (let study = 0; study < 200; study++) {
      const random = createRandomStream({ seed: 9, number: study, purpose: 'coverage' })
      const sample = Array.from({ length: 25 }, () => -Math.log(1 - random.uniform()))
      const options = { level: 0.9, resamples: 400, seed: study }
      const { low, high } = bootstrapInterval([sample], ([x]) => mean(x), options)
      if (low <= 1 && high >= 1) covered++
    }
    expect(covered / 200).toBeGreaterThan(0.82)
    expect(covered / 200).toBeLessThan(0.96)
  })

  it('falls back to quantiles where there is nothing to correct by', () => {
    const equal = bootstrapInterval([[2, 2, 2]], ([x]) => mean(x))
    expect(equal).toEqual({ estimate: 2, low: 2, high: 2, method: 'percentile' })
  })

  it('says that one value tells nothing about the spread', () => {
    const { low, high } = bootstrapInterval([[2]], ([x]) => mean(x))
    expect([low, high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  })
})

describe('empirical distribution function', () => {
  const distribution = empiricalDistribution([3, 1, 2, 2, 5])

  it('steps at each value', () => {
    expect(distribution).toEqual({
      values: [1, 2, 3, 5],
      shares: [0.2, 0.6, 0.8, 1],
      count: 5,
    })
  })

  it('stays below 1 by what has no value', () => {
    const { shares, count } = empiricalDistribution([Number.NaN, 1, Number.POSITIVE_INFINITY, 2])
    expect(shares).toEqual([0.25, 0.5, 0.75])
    expect(count).toBe(4)
  })

  it('has a band of the known width', () => {
    // √(ln 40 / 200)
    const hundred = empiricalDistribution(Array.from({ length: 100 }, (_, i) => i))
    expect(distributionBand(hundred)).toBeCloseTo(0.13581015157406195, 14)
  })
})
