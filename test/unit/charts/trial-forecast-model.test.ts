import { expect, it } from 'vitest'
import { forecastTrial } from '../../../src-main/analysis/curves/trial-forecast.ts'
import { trialForecastModel } from '../../../src-main/charts/trial-forecast-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

it('draws what was seen, where it is going with its band, and the best across', () => {
  const steps = Array.from({ length: 10 }, (_, at) => at + 1)
  const curve = { steps, values: steps.map(step => (step === 4 ? Number.NaN : 1 / step)) }
  const trialForecast = forecastTrial(curve, 30, {
    best: 0.02,
    direction: 'minimize',
    counts: 'last',
  })
  if (trialForecast === null) throw new Error('no trialForecast')
  const model = trialForecastModel(curve, trialForecast, {
    best: 0.02,
    metric: 'loss',
    t: createTranslate('en'),
  })
  const [band, seen, ahead, best] = model.marks
  expect(band).toMatchObject({
    kind: 'band',
    points: expect.arrayContaining([{ x: 30, low: trialForecast.low, high: trialForecast.high }]),
  })
  expect(seen).toMatchObject({ kind: 'line', name: 'loss' })
  expect(seen?.kind === 'line' && seen.points.map(({ x }) => x)).toEqual([
    1, 2, 3, 5, 6, 7, 8, 9, 10,
  ])
  expect(ahead?.kind === 'line' && ahead.points.at(-1)).toEqual({ x: 30, y: trialForecast.value })
  expect(best?.kind === 'line' && best.points).toEqual([
    { x: 1, y: 0.02 },
    { x: 30, y: 0.02 },
  ])
  expect(model.table.rows.at(-1)).toEqual([
    30,
    trialForecast.value,
    trialForecast.low,
    trialForecast.high,
  ])
})
