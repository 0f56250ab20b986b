import type { Curve } from '../../core/trial/trial.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'
import type { Extent } from '../statistics/robust-range.ts'
import { type CurveFit, fitCurve } from './fit-curve.ts'
import { thinEvenly } from './thin-points.ts'

export type CurveForecast =
  | {
      readonly ok: true
      /** The most likely value at the target step. */
      readonly value: number
      readonly low: number
      readonly high: number
      /** The same on the way there, by rising step, the last one that was seen first and the target step last. */
      readonly path: readonly ({ readonly step: number; readonly value: number } & Extent)[]
      /** Share of each family of curves in the forecast; together 1. */
      readonly shares: CurveFit['shares']
    }
  | {
      readonly ok: false
      readonly reason: 'tooFewPoints'
      /** Finite values, and how many are needed. */
      readonly points: number
      readonly needed: number
    }
  /** The curve has reached the target step: nothing is left to forecast. */
  | { readonly ok: false; readonly reason: 'reached' }

const NEEDED_POINTS = 5
/** Forecasts from every beginning cost the square of the points: of longer curves so many are looked at, evenly. */
const MAX_POINTS = 30
const PATH_POINTS = 24
/**
 * A curve of n points has seen n/5 independent ones and knows its own errors the less the shorter it is: its interval is wider by 1 + 25/n. Chosen on
 * half of TaskSet's tasks, see docs/statistics.md for the others.
 */
const WIDENED_BY = 25

/**
 * Where a learning curve is going: the value that will be reported at a later step.
 *
 * A mixture of a flat, a power, an exponential and a logarithmic curve (`curve-families.ts`). The interval comes from the curve's
 * own past: the same forecast is made from every beginning of the curve and compared with what came; errors grow
 * with the logarithm of the time ahead, in proportion. So no noise model and no sampling is needed; but a
 * curve that has been flat tells nothing of a fall that is still to come.
 *
 * @param targetStep a step after the last one of the curve
 * @param level probability of the interval, 0…1, default 0.9
 */
export function forecastCurve(curve: Curve, targetStep: number, level = 0.9): CurveForecast {
  const seenPoints = curve.values
    .map((value, index) => ({ value, step: curve.steps[index] as number }))
    .filter(({ value }) => Number.isFinite(value))
  const points = thinEvenly(seenPoints, MAX_POINTS)
  const count = points.length
  if (count < NEEDED_POINTS) {
    return { ok: false, reason: 'tooFewPoints', points: count, needed: NEEDED_POINTS }
  }
  const first = (points[0] as { step: number }).step
  const last = (points[count - 1] as { step: number }).step
  if (targetStep <= last) return { ok: false, reason: 'reached' }
  const spacing = (last - first) / (seenPoints.length - 1)
  const timeOf = (step: number): number => (step - first) / spacing + 1
  const times = points.map(({ step }) => timeOf(step))
  const values = points.map(({ value }) => value)
  const target = timeOf(targetStep)
  const fit = fitCurve(times, values, target)
  const errors = pastErrors(times, values).sort((a, b) => a - b)
  const error = quantileSorted(errors, level) * (1 + WIDENED_BY / seenPoints.length)
  const expectedAt = (step: number): { value: number } & Extent => {
    const value = fit.at(timeOf(step))
    const half = error * logAhead(timeOf(last), timeOf(step))
    return { value, low: value - half, high: value + half }
  }
  const path = Array.from({ length: PATH_POINTS }, (_, at) => {
    const step = last + ((at + 1) / PATH_POINTS) * (targetStep - last)
    return { step, ...expectedAt(step) }
  })
  const seen = values[count - 1] as number
  return {
    ok: true,
    ...expectedAt(targetStep),
    path: [{ step: last, value: seen, low: seen, high: seen }, ...path],
    shares: fit.shares,
  }
}

/** The next few points differ by noise, however near they are. */
const SHORTEST_LOG_AHEAD = 0.2

function logAhead(from: number, to: number): number {
  return Math.max(Math.log(to / from), SHORTEST_LOG_AHEAD)
}

/** Errors of forecasts from the beginnings of the curve, per unit of log time ahead. */
function pastErrors(times: readonly number[], values: readonly number[]): number[] {
  const count = times.length
  const errors: number[] = []
  for (let knownCount = Math.max(3, Math.floor(count / 4)); knownCount < count; knownCount++) {
    const horizon = times[count - 1] as number
    const fit = fitCurve(times.slice(0, knownCount), values.slice(0, knownCount), horizon)
    for (let index = knownCount; index < count; index++) {
      const time = times[index] as number
      const error = Math.abs((values[index] as number) - fit.at(time))
      errors.push(error / logAhead(times[knownCount - 1] as number, time))
    }
  }
  return errors
}
