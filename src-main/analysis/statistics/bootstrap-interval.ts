import { normalCdf, normalQuantile } from '../../math/distributions/normal.ts'
import { sum } from '../../math/numbers.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'

export interface BootstrapOptions {
  /** 0…1, default 0.95. */
  readonly level?: number
  /** Default 2,000. */
  readonly resamples?: number
  /** 0…2³²−1, default 0. */
  readonly seed?: number
  /** Per sample the statistics without each one of its values, where there is a faster way than one after the other. */
  readonly leftOut?: readonly (readonly number[])[]
}

export interface BootstrapInterval {
  /** The statistic of the samples themselves. */
  readonly estimate: number
  readonly low: number
  readonly high: number
  /**
   * `bca`: corrected for bias and skewness. `percentile`: plain quantiles of the resampled statistics, where the
   * correction does not exist: the statistic lies outside all of them, or leaving values out changes nothing.
   */
  readonly method: 'bca' | 'percentile'
}

/**
 * A confidence interval of any statistic of one or more independent samples, from samples drawn again from them.
 *
 * B. Efron: Better bootstrap confidence intervals. Journal of the American Statistical Association 82, 1987,
 * 171–185, doi:10.1080/01621459.1987.10478410; acceleration of several samples: B. Efron, R. J. Tibshirani: An
 * introduction to the bootstrap. 1993, chapter 14.
 *
 * @param samples each with two values or more; fewer give an interval of ±∞
 */
export function bootstrapInterval(
  samples: readonly (readonly number[])[],
  statistic: (samples: readonly (readonly number[])[]) => number,
  { level = 0.95, resamples = 2000, seed = 0, leftOut: given }: BootstrapOptions = {},
): BootstrapInterval {
  const estimate = statistic(samples)
  if (samples.some(({ length }) => length < 2)) {
    return {
      estimate,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      method: 'percentile',
    }
  }
  const random = createRandomStream({ seed, number: 0, purpose: 'bootstrap' })
  const distribution = Array.from({ length: resamples }, () =>
    statistic(
      samples.map(sample => sample.map(() => sample[random.integer(sample.length)] as number)),
    ),
  )
  const leftOut =
    given ??
    samples.map((sample, which) =>
      sample.map((_, index) => statistic(samples.with(which, sample.toSpliced(index, 1)))),
    )
  return intervalOf(distribution, estimate, leftOut, level)
}

/**
 * The interval from resampled statistics.
 * @param leftOut per sample the statistics without each one of its values
 */
function intervalOf(
  distribution: readonly number[],
  estimate: number,
  leftOut: readonly (readonly number[])[],
  level: number,
): BootstrapInterval {
  const sorted = distribution.toSorted((a, b) => a - b)
  const tail = (1 - level) / 2
  const bounds = correctedShares(sorted, estimate, leftOut, tail)
  const [low, high] = bounds ?? [tail, 1 - tail]
  return {
    estimate,
    low: quantileSorted(sorted, low),
    high: quantileSorted(sorted, high),
    method: bounds === null ? 'percentile' : 'bca',
  }
}

/** Efron 1987, equations 2.3 and 6.6: which quantiles to take instead of the tails; null if undefined. */
function correctedShares(
  sorted: readonly number[],
  estimate: number,
  leftOut: readonly (readonly number[])[],
  tail: number,
): readonly [number, number] | null {
  const below = sorted.filter(value => value < estimate).length
  const equal = sorted.filter(value => value === estimate).length
  const bias = normalQuantile((below + equal / 2) / sorted.length)
  let cubes = 0
  let squares = 0
  for (const values of leftOut) {
    const count = values.length
    const mean = sum(values) / count
    for (const value of values) {
      const influence = ((count - 1) * (mean - value)) / count
      cubes += influence ** 3
      squares += influence ** 2
    }
  }
  if (!Number.isFinite(bias) || squares === 0) return null
  const acceleration = cubes / (6 * squares ** 1.5)
  const shareAt = (z: number): number =>
    normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
  const z = normalQuantile(tail)
  return [shareAt(z), shareAt(-z)]
}
