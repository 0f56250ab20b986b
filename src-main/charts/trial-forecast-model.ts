import { thinPoints } from '../analysis/curves/thin-points.ts'
import type { TrialForecast } from '../analysis/curves/trial-forecast.ts'
import type { Curve } from '../core/trial/trial.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { band, bandOf, type ChartModel, line, pointsOf, titles } from './chart-model.ts'

const MAX_POINTS = 200

/** The curve of a trial, dashed and with its band where it is going, and the best value so far across it. */
export function trialForecastModel(
  curve: Curve,
  { path, step }: TrialForecast,
  {
    best,
    metric,
    t,
  }: { readonly best: number | null; readonly metric: string; readonly t: Translate },
): ChartModel {
  const steps = path.map(point => point.step)
  const [values, low, high] = (['value', 'low', 'high'] as const).map(key =>
    path.map(point => point[key]),
  ) as [number[], number[], number[]]
  const seen = pointsOf(curve.steps, curve.values).filter(({ y }) => Number.isFinite(y))
  const across = best === null ? [] : pointsOf([seen[0]?.x ?? 0, step], [best, best])
  return {
    x: { title: t('chart.step'), scale: 'linear', unit: 'whole' },
    y: { title: metric, scale: 'linear', unit: 'metric' },
    marks: [
      band('', 'accent', bandOf(steps, low, high)),
      line(metric, 'accent', thinPoints(seen, MAX_POINTS)),
      line(t('chart.forecast'), 'accent', pointsOf(steps, values), { dash: 1 }),
      ...(best === null ? [] : [line(t('chart.bestTrial'), 'best', across, { dash: 2 })]),
    ],
    table: {
      columns: titles(t, 'step', 'forecast', 'low', 'high'),
      units: ['whole', 'metric', 'metric', 'metric'],
      rows: path
        .slice(1)
        .map(point => [Math.round(point.step), point.value, point.low, point.high]),
    },
    empty: null,
    notes: [],
  }
}
