import { rankForDrawing } from '../../../contract/ranking.ts'
import { ownValue } from '../../../contract/named-values.ts'
import type { TrialRecord } from '../../../contract/trial.ts'
import { colourCount, parallelChart } from '../charts/parallel-chart.ts'
import { figure, section, table } from '../figure.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, metricText, nothing, parameterText, trialLink } from '../values.ts'

const mostLines = 500
const mostRows = 20
const mostAxes = 16

/** All parameters of a trial at one glance. */
export function parallelSection(context: ReportContext): Markup {
  const { t, facts, snapshot } = context
  const ranked = rankForDrawing(snapshot.trials, facts.goal)
  // A pruned trial may have been ahead when it was stopped; the best is the best complete one.
  const ordered =
    facts.best !== null && ranked.includes(facts.best)
      ? [facts.best, ...ranked.filter(trial => trial !== facts.best)]
      : ranked
  if (ordered.length === 0) {
    return section('parallel', t('report.parallel.heading'), nothing(t('report.parallel.none')))
  }
  const shown = ordered.slice(0, mostLines)
  const axes = facts.axes.slice(0, mostAxes)
  const summary = t('report.parallel.summary', { count: shown.length, metric: facts.goal.metric })
  const missing = snapshot.trials.length - ordered.length
  return section(
    'parallel',
    t('report.parallel.heading'),
    figure(t, {
      chart: parallelChart(t, shown, axes, facts.goals, summary),
      summary,
      legend: legend(context),
      notes: [
        ...(shown.length < ordered.length
          ? [t('report.parallel.showing', { shown: shown.length, count: ordered.length })]
          : []),
        ...(axes.length < facts.axes.length
          ? [t('report.parallel.axes', { shown: axes.length, count: facts.axes.length })]
          : []),
        ...(missing > 0 ? [t('report.parallel.missing', { count: missing })] : []),
      ],
      table: bestTable(context, ordered),
    }),
  )
}

function bestTable({ t, facts }: ReportContext, ordered: readonly TrialRecord[]): Markup {
  const rows = ordered.slice(0, mostRows)
  return markup`<p class="note">${t('report.parallel.tableNote', { shown: rows.length, count: ordered.length })}</p>${table(
    t('report.parallel.heading'),
    [
      { title: t('report.column.trial'), numeric: true },
      ...facts.goals.map(goal => ({ title: code(goal.metric), numeric: true })),
      { title: t('report.column.parameters') },
    ],
    rows.map(trial => ({
      cells: [
        trialLink(trial),
        ...facts.goals.map((_, index) => metricText(trial.values[index])),
        breakable(
          facts.axes
            .filter(axis => Object.hasOwn(trial.parameters, axis.name))
            .map(
              axis => `${axis.name} ${parameterText(ownValue(trial.parameters, axis.name) ?? '')}`,
            )
            .join(' · '),
        ),
      ],
    })),
  )}`
}

function legend({ t }: ReportContext): Markup {
  const swatches = Array.from(
    { length: colourCount },
    (_, index) => `<path class="curve swatch q${index}" d="M${index * 12},6h12"/>`,
  )
  return markup`<ul class="legend"><li>${t('report.legend.worst')}<svg class="ramp" viewBox="0 0 120 12" aria-hidden="true">${trusted(
    swatches.join(''),
  )}</svg>${t('report.legend.better')}</li><li><svg class="sample" viewBox="0 0 24 12" aria-hidden="true"><path class="curve best" d="M1,6H23"/></svg>${t('report.legend.best')}</li></ul>`
}
