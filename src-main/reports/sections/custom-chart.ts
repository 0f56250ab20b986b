import { ownValue } from '../../core/values/named-values.ts'
import { attributesOf } from '../../analysis/summary/attributes.ts'
import { type CustomChartField, customChartFields } from '../../charts/custom-chart-fields.ts'
import { customChartFacets, customChartModel, MAX_FACETS } from '../../charts/custom-chart-model.ts'
import { METRIC_FIELD } from '../../core/study/custom-chart.ts'
import { constraintMetric } from '../../core/study/constraints.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block, Cell } from '../blocks/blocks.ts'
import { chartFigure, chartTable, smallChart } from '../blocks/chart-blocks.ts'
import { nothing } from '../blocks/make-blocks.ts'

/** Points per chart: each says its own size and words. */
const MAX_POINTS = 1_000

/** The chart that a person chose for this study. */
export const customChartSection: SectionDefinition<'customChart'> = {
  id: 'customChart',
  heading: 'report.customChart.heading',
  isEmpty: ({ snapshot }) => snapshot.study.customChart === undefined,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, language, snapshot, overview } = context
  const chart = snapshot.study.customChart
  const fields = fieldsOf(context)
  const named = (id = ''): CustomChartField | null => fields.find(field => field.id === id) ?? null
  const [x, y] = [named(chart?.x), named(chart?.y)]
  if (x === null || y === null) return [nothing(t('analysis.customChart.noAxis'))]
  const stride = Math.max(1, Math.ceil(snapshot.trials.length / MAX_POINTS))
  // The best is there, whichever are left out.
  const trials = snapshot.trials.filter(
    ({ number }, at) => at % stride === 0 || number === overview.best?.number,
  )
  const notes =
    trials.length < snapshot.trials.length
      ? [t('report.note.showing', { shown: trials.length, count: snapshot.trials.length })]
      : []
  const question = {
    x,
    y,
    color: named(chart?.color),
    size: named(chart?.size),
    all: trials.length,
    t,
    language,
    scaledBy: trials,
  }
  const summary = t('report.customChart.summary', { x: x.title, y: y.title })
  const by = named(chart?.facets)
  const facets = by === null ? [] : customChartFacets(trials, by, { t, language })
  if (facets.length === 0) {
    return [chartFigure(context, customChartModel({ ...question, trials }), { summary, notes })]
  }
  const largestFacets = facets
    .toSorted((a, b) => b.trials.length - a.trials.length)
    .slice(0, MAX_FACETS)
  const cells = (facets.length > MAX_FACETS ? largestFacets : facets).map(
    ({ title, trials: facetTrials }): Cell => ({
      title,
      legend: null,
      chart: smallChart(customChartModel({ ...question, trials: facetTrials }), title),
      notes: [],
    }),
  )
  const whole = customChartModel({ ...question, trials })
  return [
    {
      kind: 'figure',
      summary,
      drawing: { kind: 'cells', cells },
      legend: whole,
      notes: [
        ...whole.notes,
        ...notes,
        ...(facets.length > MAX_FACETS
          ? [t('analysis.customChart.tooMany', { shown: MAX_FACETS, count: facets.length })]
          : []),
      ],
      table: [chartTable(context, summary, whole.table)],
    },
  ]
}

function fieldsOf({ t, snapshot: { study, trials }, overview }: ReportContext): CustomChartField[] {
  const metrics = [...new Set(trials.flatMap(trial => Object.keys(trial.metrics)))].sort()
  const chartMetrics = Object.values(study.customChart ?? {})
    .filter(id => id.startsWith(METRIC_FIELD))
    .map(id => id.slice(METRIC_FIELD.length))
  return customChartFields({
    goals: overview.goals.map((goal, index) => ({ ...goal, index })),
    constraints: study.specification.constraints.map(constraintMetric),
    axes: overview.axes,
    metrics,
    attributes: attributesOf(trials),
    t,
    lastValues: new Map(chartMetrics.map(metric => [metric, lastValues(trials, metric)])),
  })
}

function lastValues(trials: readonly TrialRecord[], metric: string): Map<number, number> {
  return new Map(
    trials.flatMap(({ number, metrics }) => {
      const value = ownValue(metrics, metric)?.values.at(-1)
      return value === undefined ? [] : [[number, value] as const]
    }),
  )
}
