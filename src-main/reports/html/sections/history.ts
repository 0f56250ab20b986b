import { historyModel } from '../../../charts/history-model.ts'
import { improvements } from '../../../contract/ranking.ts'
import type { Goal } from '../../../contract/study-specification.ts'
import { formatMetric } from '../../../i18n/format-number.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { section, table } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { code, trialLink } from '../values.ts'

/** One chart per goal: all values and the best so far. */
export function historySection(context: ReportContext): Markup {
  const { goals } = context.facts
  const charts = goals.map(
    (goal, index) =>
      markup`${goals.length > 1 ? markup`<h3>${code(goal.metric)}</h3>` : null}${goalHistory(context, goal, index)}`,
  )
  return section('history', context.t('report.history.heading'), charts)
}

function goalHistory(context: ReportContext, goal: Goal, index: number): Markup {
  const { t, snapshot } = context
  const { trials } = snapshot
  const model = historyModel({
    ...{ trials, goal: { ...goal, index }, by: 'trials', logX: false, logY: 'auto' },
    t,
  })
  const steps = improvements(trials, { ...goal, index })
  return modelFigure(context, model, {
    summary: t('report.history.summary', {
      metric: goal.metric,
      count: trials.length,
      direction: t(
        goal.direction === 'minimize' ? 'report.goal.lowerBetter' : 'report.goal.higherBetter',
      ),
    }),
    // The table of all trials holds the rest.
    table: markup`<p class="note">${t('report.history.tableNote')}</p>${table(
      t('report.history.improvements'),
      [
        { title: t('report.column.trial'), numeric: true },
        { title: code(goal.metric), numeric: true },
        { title: t('report.column.gain'), numeric: true },
      ],
      steps.map(({ trial, value }, place) => {
        const before = steps[place - 1]
        const gain = before === undefined ? '–' : formatMetric(Math.abs(value - before.value))
        return { cells: [trialLink(trial), formatMetric(value), gain] }
      }),
    )}`,
  })
}
