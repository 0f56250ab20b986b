import { trialStates } from '../../../contract/trial.ts'
import type { Goal } from '../../../contract/study-specification.ts'
import { formatMetric } from '../../../i18n/format-number.ts'
import { historyChart } from '../charts/history-chart.ts'
import { stateIcon } from '../charts/marks.ts'
import { figure, section, table } from '../figure.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { code, nothing, trialLink } from '../values.ts'

/** One chart per goal: all values and the best so far. */
export function historySection(context: ReportContext): Markup {
  const { t, facts, snapshot } = context
  if (snapshot.trials.length === 0) {
    return section('history', t('report.history.heading'), nothing(t('report.empty.noTrials')))
  }
  return section(
    'history',
    t('report.history.heading'),
    facts.goals.map((goal, index) => goalHistory(context, goal, index)),
  )
}

function goalHistory(context: ReportContext, goal: Goal, index: number): Markup {
  const { t, snapshot, facts } = context
  const heading = facts.goals.length > 1 ? markup`<h3>${code(goal.metric)}</h3>` : null
  const summary = t('report.history.summary', {
    metric: goal.metric,
    count: snapshot.trials.length,
    direction: t(
      goal.direction === 'minimize' ? 'report.goal.lowerBetter' : 'report.goal.higherBetter',
    ),
  })
  const built = historyChart(t, snapshot.trials, goal, index, summary)
  if (built === null) {
    return markup`${heading}${nothing(t('report.empty.noValues', { metric: goal.metric }))}`
  }
  const withoutValue = snapshot.trials.filter(trial => !Number.isFinite(trial.values[index])).length
  return markup`${heading}${figure(t, {
    chart: built.chart,
    summary,
    legend: legend(context),
    notes: [
      ...built.notes,
      ...(withoutValue > 0 ? [t('report.history.noValue', { count: withoutValue })] : []),
    ],
    table: markup`<p class="note">${t('report.history.tableNote')}</p>${table(
      t('report.history.improvements'),
      [
        { title: t('report.column.trial'), numeric: true },
        { title: code(goal.metric), numeric: true },
        { title: t('report.column.gain'), numeric: true },
      ],
      built.improvements.map(({ trial, value }, place) => ({
        cells: [
          trialLink(trial),
          formatMetric(value),
          formatMetric(
            Math.abs(value - (built.improvements[place - 1]?.value ?? Number.NaN)),
          ).replace('NaN', '–'),
        ],
      })),
    )}`,
  })}`
}

/** Shapes of the states that occur, and the two marks of the best. */
function legend({ t, facts }: ReportContext): Markup {
  return markup`<ul class="legend">${trialStates
    .filter(state => facts.counts[state] > 0)
    .map(state => markup`<li>${stateIcon(state)}${t(`state.${state}`)}</li>`)}${
    facts.infeasible > 0
      ? markup`<li>${stateIcon('complete', true)}${t('state.infeasible')}</li>`
      : null
  }<li>${trusted(
    '<svg class="sample" viewBox="0 0 24 12" aria-hidden="true"><path class="best-line" d="M1,9H12V3H23"/></svg>',
  )}${t('report.history.bestSoFar')}</li><li>${trusted(
    '<svg class="icon" viewBox="0 0 12 12" aria-hidden="true"><circle class="best-ring" cx="6" cy="6" r="5"/></svg>',
  )}${t('report.history.bestValue')}</li></ul>`
}
