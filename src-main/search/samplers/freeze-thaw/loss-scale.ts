import { clamp } from '../../../math/numbers.ts'
import { median } from '../../../math/statistics/quantile.ts'
import type { TrainingCurve } from './training-curve.ts'

/**
 * Losses on the scale of the model: 0 at the median m of what the trainings have reached last, −1 at the best b of all reports,
 *
 *     z = (y − m)/(m − b) up to m,   z = min(ln(1 + (y − m)/(m − b)), 1) beyond.                       (1)
 *
 * How bad a bad training is says little about good ones, and one that diverges would flatten everything else.
 */
export interface LossScale {
  toModel(loss: number): number
  /** The inverse, as far as there is one. */
  toLoss(value: number): number
}

export function lossScaleOf(curves: readonly TrainingCurve[]): LossScale {
  const finite = curves.map(({ losses }) => losses.filter(Number.isFinite))
  const latest = curves.flatMap(({ losses }) => losses.slice(-1)).filter(Number.isFinite)
  const middle = latest.length === 0 ? 0 : median(latest)
  const best = finite.reduce(
    (least, losses) => losses.reduce((a, b) => Math.min(a, b), least),
    Number.POSITIVE_INFINITY,
  )
  const distance = middle - best
  const reach = distance > 0 && Number.isFinite(distance) ? distance : 1
  return {
    toModel(loss) {
      const away = clamp((loss - middle) / reach, -1, Number.MAX_VALUE)
      return away <= 0 ? away : Math.min(Math.log1p(away), 1)
    },
    toLoss: value => middle + reach * (value <= 0 ? value : Math.expm1(value)),
  }
}
