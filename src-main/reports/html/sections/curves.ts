import { rankForDrawing } from '../../../contract/ranking.ts'
import { ownValue } from '../../../contract/named-values.ts'
import type { Curve, TrialRecord } from '../../../contract/trial.ts'
import { formatMetric } from '../../../i18n/format-number.ts'
import { curvesChart, type CurveLine } from '../charts/curves-chart.ts'
import { figure, section, table } from '../figure.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { descentPart } from './descent.ts'
import { code, metricText, nothing, trialLabel, trialLink } from '../values.ts'

const mostCurves = 200

/** Intermediate values of the first goal's metric, one curve per trial; with hypergradients, what they tell. */
export function curvesSection(context: ReportContext): Markup {
  const content = markup`${goalCurves(context)}${descentPart(context)}`
  return section('curves', context.t('report.curves.heading'), content)
}

function goalCurves(context: ReportContext): Markup {
  const { t, facts, snapshot } = context
  const { metric, direction } = facts.goal
  const withCurve = snapshot.trials.filter(trial => curveOf(trial, metric) !== null)
  if (withCurve.length === 0) {
    return nothing(t('report.curves.none', { metric }))
  }
  const shown = choose(withCurve, context)
  const summary = t('report.curves.summary', { metric, count: shown.length })
  const lines = shown.toReversed().map((trial): CurveLine => {
    const className =
      trial === facts.best ? 'best' : trial.state === 'pruned' ? 'pruned' : 'context'
    return {
      curve: curveOf(trial, metric) as Curve,
      className,
      title: `${t('report.trial.title', { number: trial.number })} · ${t(`state.${trial.state}`)}`,
    }
  })
  const built = curvesChart(t, lines, { width: 760, height: 340, summary, direction })
  if (built === null) {
    return nothing(t('report.empty.noValues', { metric }))
  }
  const truncation =
    shown.length < withCurve.length
      ? [t('report.curves.showing', { shown: shown.length, count: withCurve.length })]
      : []
  return figure(t, {
    chart: built.chart,
    summary,
    legend: legend(context, shown),
    notes: [...truncation, ...built.notes],
    table: curveTable(context, shown),
  })
}

/** The best trials first, then those without a value of their own; the best is always among them. */
function choose(withCurve: readonly TrialRecord[], { facts }: ReportContext): TrialRecord[] {
  const ranked = rankForDrawing(withCurve, facts.goal)
  const known = new Set(ranked)
  const all = [...ranked, ...withCurve.filter(trial => !known.has(trial))]
  const { best } = facts
  const ordered =
    best !== null && all.includes(best) ? [best, ...all.filter(trial => trial !== best)] : all
  return ordered.slice(0, mostCurves)
}

function curveOf(trial: TrialRecord, metric: string): Curve | null {
  const curve = ownValue(trial.metrics, metric)
  return curve === undefined || curve.steps.length === 0 ? null : curve
}

function curveTable({ t, facts }: ReportContext, shown: readonly TrialRecord[]): Markup {
  const { metric } = facts.goal
  return table(
    t('report.curves.heading'),
    [
      { title: t('report.column.trial'), numeric: true },
      { title: t('report.column.state') },
      { title: t('report.column.first'), numeric: true },
      { title: t('report.column.best'), numeric: true },
      { title: t('report.column.last'), numeric: true },
      { title: t('report.column.bestStep'), numeric: true },
      { title: t('report.column.lastStep'), numeric: true },
    ],
    shown.map(trial => {
      const values = curveOf(trial, metric)?.values ?? []
      return {
        cells: [
          trialLink(trial),
          trialLabel(t, trial),
          metricText(values[0]),
          trial.values[0] === undefined ? '–' : formatMetric(trial.values[0]),
          metricText(values.at(-1)),
          trial.bestStep ?? '–',
          trial.lastStep ?? '–',
        ],
      }
    }),
  )
}

function legend({ t, facts }: ReportContext, shown: readonly TrialRecord[]): Markup {
  const kinds = [
    {
      className: 'best',
      text: t('report.legend.best'),
      used: shown.some(trial => trial === facts.best),
    },
    {
      className: 'context',
      text: t('report.legend.otherTrials'),
      used: shown.some(trial => trial !== facts.best && trial.state !== 'pruned'),
    },
    {
      className: 'pruned',
      text: t('state.pruned'),
      used: shown.some(trial => trial.state === 'pruned'),
    },
  ]
  return markup`<ul class="legend">${kinds
    .filter(kind => kind.used)
    .map(
      kind =>
        markup`<li><svg class="sample" viewBox="0 0 24 12" aria-hidden="true">${trusted(
          `<path class="curve ${kind.className}" d="M1,6H23"/>`,
        )}</svg>${kind.text}</li>`,
    )}<li>${code(facts.goal.metric)}</li></ul>`
}
