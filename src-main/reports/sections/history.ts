import { goalLabel } from '../../core/i18n/metric-label.ts'
import { historyModel } from '../../charts/history-model.ts'
import { improvements } from '../../core/trial/ranking.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import { formatMetric } from '../../core/i18n/format-number.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'
import { heading, note, table, trialLink } from '../blocks/make-blocks.ts'
import { goalColumn } from '../blocks/values.ts'

/** One chart per goal: all values and the best so far. */
export const historySection: SectionDefinition<'history'> = {
  id: 'history',
  heading: 'report.history.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { goals } = context.overview
  return goals.flatMap((goal, index) => [
    ...(goals.length > 1 ? [heading(goalColumn(goal).title)] : []),
    goalHistory(context, goal, index),
  ])
}

function goalHistory(context: ReportContext, goal: Goal, index: number): Block {
  const { t, snapshot } = context
  const { trials } = snapshot
  const model = historyModel({
    trials,
    goal: { ...goal, index },
    by: 'trials',
    logX: false,
    log: 'auto',
    baseline: index === 0 ? (context.headline?.baseline?.value ?? null) : null,
    t,
  })
  const steps = improvements(trials, { ...goal, index })
  return chartFigure(context, model, {
    summary: t('report.history.summary', {
      metric: goalLabel(goal),
      count: trials.length,
      direction: t(
        goal.direction === 'minimize' ? 'report.goal.lowerBetter' : 'report.goal.higherBetter',
      ),
    }),
    // The table of all trials holds the rest.
    table: [
      ...note(t('report.history.tableNote')),
      table(
        t,
        t('report.history.improvements'),
        ['#trial', goalColumn(goal), '#gain'],
        steps.map(({ trial, value }, index) => {
          const before = steps[index - 1]
          const gain = before === undefined ? '–' : formatMetric(Math.abs(value - before.value))
          return [trialLink(trial), formatMetric(value), gain]
        }),
      ),
    ],
  })
}
