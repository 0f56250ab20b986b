import { goalLabel } from '../../core/i18n/metric-label.ts'
import { paretoModel } from '../../charts/pareto-model.ts'
import { paretoTrials } from '../../math/pareto/pareto-trials.ts'
import { formatMetric } from '../../core/i18n/format-number.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'
import { nothing, showing, table, trialLink } from '../blocks/make-blocks.ts'
import { goalColumn, parameterList } from '../blocks/values.ts'

const MAX_ROWS = 50

/** The price of each goal in the others: the trials that no other one beats in every goal. */
export const paretoSection: SectionDefinition<'pareto'> = {
  id: 'pareto',
  heading: 'report.pareto.heading',
  isEmpty: ({ overview }) => overview.goals.length === 1,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot, overview } = context
  const { goals } = overview
  const front = paretoTrials(snapshot.trials, goals)
  const nameOf = (goal: (typeof goals)[number] | undefined) =>
    goal === undefined ? '' : goalLabel(goal)
  const pairs = goals.slice(1).map((_, index) => index + 1)
  const charts = pairs.map(up => {
    const model = paretoModel({ trials: snapshot.trials, goals, across: 0, up, t })
    const [first, second] = [nameOf(goals[0]), nameOf(goals[up])]
    const summary = t('report.pareto.summary', { first, second, count: front.length })
    return { model, summary }
  })
  const [empty] = charts.flatMap(({ model }) => (model.empty === null ? [] : [model.empty]))
  if (goals.length < 2 || empty !== undefined) {
    return [nothing(empty ?? t('chart.oneGoal'))]
  }
  const shownTrials = front.slice(0, MAX_ROWS)
  const names = overview.axes.map(({ name }) => name)
  const frontTable = table(
    t,
    t('report.pareto.heading'),
    ['#trial', ...goals.map(goalColumn), 'parameters'],
    shownTrials.map(trial => [
      trialLink(trial),
      ...trial.values.map(formatMetric),
      parameterList(trial, names, ', '),
    ]),
  )
  return [
    ...charts.map(({ model, summary }, index) =>
      chartFigure(context, model, { summary, table: index === 0 ? [frontTable] : [] }),
    ),
    ...showing(t, shownTrials.length, front.length),
  ]
}
