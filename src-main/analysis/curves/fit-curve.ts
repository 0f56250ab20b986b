import { sum } from '../../math/numbers.ts'
import { median } from '../../math/statistics/quantile.ts'
import { type CurveFamily, curveFamilies } from './curve-families.ts'

/** A mixture of fitted families that gives the curve at any time. */
export interface CurveFit {
  at(time: number): number
  /** Share of each family; together 1. */
  readonly shares: Readonly<Record<CurveFamily['name'], number>>
}

/** Weight of the first observation relative to the last: e^−6. What comes next is told by what came last. */
const RECENCY = 6

/**
 * Neighboring points of a curve are alike, so n of them tell about as much as n/5 independent ones; with the
 * full number the mixture would put everything on one family.
 */
const INDEPENDENT_SHARE = 0.2

interface Fitted {
  readonly at: (time: number) => number
  /** Bayesian information criterion; +∞ where the family cannot say anything sensible. */
  readonly criterion: number
}

/**
 * Fits every family by weighted least squares, in closed form for each shape, with outliers weighted down (two rounds of
 * Huber's weights), and mixes them by exp(−ΔBIC/2) of the independent observations.
 * @param times rising, from 1
 * @param horizon the time that will be asked for: fits that go further from the last value by then than all
 *   observations are apart are left out
 */
export function fitCurve(
  times: readonly number[],
  values: readonly number[],
  horizon: number,
): CurveFit {
  const families = curveFamilies(times.at(-1) ?? 1)
  const fitted = families.map(family => fitFamily(family, times, values, horizon))
  const best = Math.min(...fitted.map(({ criterion }) => criterion))
  const weights = fitted.map(({ criterion }) =>
    Math.exp((-INDEPENDENT_SHARE * (criterion - best)) / 2),
  )
  const total = sum(weights)
  return {
    at: time =>
      fitted.reduce(
        (sum, { at }, index) => sum + (at(time) * (weights[index] as number)) / total,
        0,
      ),
    shares: Object.fromEntries(
      families.map(({ name }, index) => [name, (weights[index] as number) / total]),
    ) as CurveFit['shares'],
  }
}

function fitFamily(
  family: CurveFamily,
  times: readonly number[],
  values: readonly number[],
  horizon: number,
): Fitted {
  const count = times.length
  const last = times[count - 1] as number
  const weights = times.map(time => Math.exp(RECENCY * (time / last - 1)))
  const range = Math.max(...values) - Math.min(...values)

  function judged(at: (time: number) => number): Fitted {
    let squares = 0
    let total = 0
    values.forEach((value, index) => {
      const residual = Math.min(Math.abs(value - at(times[index] as number)), range)
      squares += (weights[index] as number) * residual * residual
      total += weights[index] as number
    })
    // A perfect fit must not outweigh everything.
    const variance = squares / total + 1e-8 * range * range + Number.MIN_VALUE
    return { at, criterion: count * Math.log(variance) + family.size * Math.log(count) }
  }

  if (family.shapes.length === 0) {
    const level = median(values.slice(-Math.max(1, Math.round(count / 5))))
    return judged(() => level)
  }
  let best: Fitted = { at: () => values[count - 1] as number, criterion: Number.POSITIVE_INFINITY }
  for (const shape of family.shapes) {
    const { offset, factor } = fitLine(times.map(shape), values, weights)
    if (Math.abs(factor * (shape(horizon) - shape(last))) > range) continue
    const fit = judged(time => offset + factor * shape(time))
    if (fit.criterion < best.criterion) best = fit
  }
  return best
}

/** Robust weighted line value = offset + factor · x. */
function fitLine(
  x: readonly number[],
  values: readonly number[],
  weights: readonly number[],
): { offset: number; factor: number } {
  let line = leastSquares(x, values, weights)
  for (let round = 0; round < 2; round++) {
    const { offset, factor } = line
    const residuals = values.map((value, index) =>
      Math.abs(value - offset - factor * (x[index] as number)),
    )
    // 1.5 standard deviations, of a normal distribution with this median.
    const limit = 1.5 * 1.4826 * median(residuals)
    if (limit === 0) break
    line = leastSquares(
      x,
      values,
      weights.map((weight, index) => weight * Math.min(1, limit / (residuals[index] as number))),
    )
  }
  return line
}

function leastSquares(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[],
): { offset: number; factor: number } {
  const sum = (term: (index: number) => number): number =>
    weights.reduce((total, weight, index) => total + weight * term(index), 0)
  const total = sum(() => 1)
  const meanX = sum(index => x[index] as number) / total
  const meanY = sum(index => y[index] as number) / total
  const spread = sum(index => ((x[index] as number) - meanX) ** 2)
  const common = sum(index => ((x[index] as number) - meanX) * ((y[index] as number) - meanY))
  const factor = spread > 0 ? common / spread : 0
  return { offset: meanY - factor * meanX, factor }
}
