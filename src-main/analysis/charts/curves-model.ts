import type { CurveBands } from '../../contract/api/analysis.ts'
import { type ChartTexts, fillIn } from '../../contract/i18n/chart-texts.ts'
import type { ChartModel, Mark } from './chart-model.ts'
import { scaleFor } from './goal-values.ts'

/** How a metric goes over steps: median, middle half and extremes of complete and of pruned trials, and the rungs of the pruner. */
export function curveBandsModel({
  answer,
  metric,
  log,
  texts,
}: {
  readonly answer: CurveBands
  readonly metric: string
  readonly log: boolean
  readonly texts: ChartTexts
}): ChartModel {
  const y = scaleFor(
    answer.bands.flatMap(({ low }) => low),
    log,
    texts,
  )
  const marks = answer.bands.flatMap((band): Mark[] => {
    const tone = band.state === 'complete' ? 'accent' : 'pruned'
    const name = `${texts[band.state]} (${band.trials})`
    const area = (low: readonly number[], high: readonly number[]) =>
      band.steps.map((x, index) => ({ x, low: low[index] as number, high: high[index] as number }))
    return [
      { kind: 'band', name: texts.range, tone, points: area(band.low, band.high) },
      {
        kind: 'band',
        name: texts.quartiles,
        tone,
        points: area(band.lowerQuartile, band.upperQuartile),
      },
      {
        kind: 'line',
        name,
        tone,
        points: band.steps.map((x, index) => ({ x, y: band.median[index] as number })),
      },
    ]
  })
  return {
    x: { title: texts.step, scale: 'linear', unit: 'whole' },
    y: { title: metric, scale: y.scale },
    marks: [
      ...marks,
      {
        kind: 'rules',
        name: '',
        tone: 'quiet',
        rules: answer.rungs.map((x, rung) => ({ x, text: fillIn(texts.rung, { rung }) })),
      },
    ],
    table: {
      columns: [
        texts.state,
        texts.step,
        texts.count,
        texts.low,
        '25 %',
        texts.median,
        '75 %',
        texts.high,
      ],
      rows: answer.bands.flatMap(band =>
        band.steps.map((step, index) => [
          texts[band.state],
          step,
          ...[
            band.counts,
            band.low,
            band.lowerQuartile,
            band.median,
            band.upperQuartile,
            band.high,
          ].map(column => column[index] as number),
        ]),
      ),
    },
    empty: answer.bands.length === 0 ? fillIn(texts.noCurves, { metric }) : null,
    notes: [
      ...y.notes,
      ...(answer.leftOut > 0 ? [fillIn(texts.leftOut, { count: answer.leftOut })] : []),
    ],
  }
}
