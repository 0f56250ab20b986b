import { isBetter, signOf } from '../../core/trial/ranking.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { Curve } from '../../core/trial/trial.ts'
import { normalCdf } from '../../math/distributions/normal.ts'
import { type CurveForecast, forecastCurve } from './forecast-curve.ts'

/** Where a trial is going that has not been trained whole. */
export interface TrialForecast extends Omit<Extract<CurveForecast, { ok: true }>, 'ok' | 'shares'> {
  /** The last step of a whole training, which the forecast is for. */
  readonly step: number
  /** That it beats the best trial, 0…1; null where there is none to compare with. */
  readonly chance: number | null
  /** It beats the best trial with what it has reported. */
  readonly isAhead: boolean
  /** The step from which on it is expected to be better than the best; null: it is, or will not be. */
  readonly aheadFrom: number | null
}

export interface TrialForecastSetting {
  /** Value of the best trial so far; null before there is one, or where it is this one. */
  readonly best: number | null
  readonly direction: Goal['direction']
  /** Which of its reports is the value of a trial. */
  readonly counts: 'best' | 'last'
}

/** Half the width of the interval of a forecast in deviations: nine of ten within. */
const LEVEL = 0.9
const HALF_WIDTH = 1.645

/**
 * The forecast of a trial's goal at the end of a whole training, and whether it would beat the best. Where its best report counts, that is
 * certain once a report does, and else as likely as at the most promising step ahead. Errors of forecasts are taken to be normal.
 * @param curve values of the goal's metric from the first step of the training
 * @returns null where the curve says too little: it is short, or the band reaches further up and down than all that it has shown; and where it is
 *   at its end
 */
export function forecastTrial(
  curve: Curve,
  wholeSteps: number,
  { best, direction, counts }: TrialForecastSetting,
): TrialForecast | null {
  const forecast = forecastCurve(curve, wholeSteps, LEVEL)
  if (!forecast.ok) return null
  const { value, low, high, path } = forecast
  if (high - value > rangeOf(curve)) return null
  const trialForecast = { step: wholeSteps, value, low, high, path }
  if (best === null) return { ...trialForecast, chance: null, isAhead: false, aheadFrom: null }
  const beats = (candidate: number): boolean => isBetter(candidate, best, direction)
  if (counts === 'best' && curve.values.some(beats)) {
    return { ...trialForecast, chance: 1, isAhead: true, aheadFrom: null }
  }
  const ahead = path.slice(1)
  const chances = ahead.map(point => {
    const deviation = Math.max((point.high - point.low) / 2 / HALF_WIDTH, Number.MIN_VALUE)
    return normalCdf((signOf(direction) * (best - point.value)) / deviation)
  })
  const first = ahead.find(point => beats(point.value))
  return {
    ...trialForecast,
    chance: counts === 'best' ? Math.max(...chances) : (chances.at(-1) as number),
    isAhead: false,
    aheadFrom: first === undefined ? null : Math.ceil(first.step),
  }
}

function rangeOf({ values }: Curve): number {
  const finite = values.filter(Number.isFinite)
  const [low, high] = finite.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  )
  return high - low
}
