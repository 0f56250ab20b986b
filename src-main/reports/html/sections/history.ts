import { historyModel } from '../../../charts/history-model.ts'
import { improvements } from '../../../core/trial/ranking.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import { formatMetric } from '../../../core/i18n/format-number.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { table, note } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import { code, trialLink, goalColumn } from '../values.ts'

/** One chart per goal: all values and the best so far. */
export const historySection: SectionDefinition<'history'> = {
  id: 'history',
  heading: 'report.history.heading',
  build,
}

function build(context: ReportContext): Markup[] {
  const { goals } = context.overview
  return goals.map(
    (goal, index) =>
      markup`${goals.length > 1 ? markup`<h3>${code(goal.metric)}</h3>` : null}${goalHistory(context, goal, index)}`,
  )
}

function goalHistory(context: ReportContext, goal: Goal, index: number): Markup {
  const { t, snapshot } = context
  const { trials } = snapshot
  const model = historyModel({
    trials,
    goal: { ...goal, index },
    by: 'trials',
    logX: false,
    log: 'auto',
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
    table: markup`${note(t('report.history.tableNote'))}${table(
      t,
      t('report.history.improvements'),
      ['#trial', goalColumn(goal), '#gain'],
      steps.map(({ trial, value }, index) => {
        const before = steps[index - 1]
        const gain = before === undefined ? '–' : formatMetric(Math.abs(value - before.value))
        return [trialLink(trial), formatMetric(value), gain]
      }),
    )}`,
  })
}
