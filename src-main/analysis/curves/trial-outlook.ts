import { isBetter, signOf } from '../../contract/ranking.ts'
import type { Goal } from '../../contract/study-specification.ts'
import type { Curve } from '../../contract/trial.ts'
import { normalCdf } from '../../math/distributions/normal.ts'
import { type CurveForecast, forecastCurve } from './forecast-curve.ts'

/** Where a trial is going that has not been trained whole. */
export interface TrialOutlook extends Omit<Extract<CurveForecast, { ok: true }>, 'ok' | 'shares'> {
  /** The last step of a whole training, which the forecast is for. */
  readonly step: number
  /** That it ends better than the best trial, 0…1; null where there is none to compare with. */
  readonly chance: number | null
  /** The step from which on it is expected to be better than the best; null: not before the end. */
  readonly aheadFrom: number | null
}

/** Half the width of the interval of a forecast in deviations: nine of ten within. */
const LEVEL = 0.9
const HALF_WIDTH = 1.645

/**
 * The forecast of a trial's goal at the end of a whole training, and whether that would be the best. The error of the forecast is taken to
 * be normal.
 * @param curve values of the goal's metric from the first step of the training
 * @param best value of the best trial so far; null before there is one, or where it is this one
 * @returns null where the curve says too little, or is at its end
 */
export function trialOutlook(
  curve: Curve,
  wholeSteps: number,
  { best, direction }: { readonly best: number | null; readonly direction: Goal['direction'] },
): TrialOutlook | null {
  const forecast = forecastCurve(curve, wholeSteps, LEVEL)
  if (!forecast.ok) return null
  const { value, low, high, path } = forecast
  const outlook = { step: wholeSteps, value, low, high, path }
  if (best === null) return { ...outlook, chance: null, aheadFrom: null }
  const deviation = Math.max((high - low) / 2 / HALF_WIDTH, Number.MIN_VALUE)
  const ahead = path.slice(1).find(point => isBetter(point.value, best, direction))
  return {
    ...outlook,
    chance: normalCdf((signOf(direction) * (best - value)) / deviation),
    aheadFrom: ahead === undefined ? null : Math.ceil(ahead.step),
  }
}
