import { parallelModel } from '../../../charts/parallel-model.ts'
import { rankForDrawing } from '../../../core/trial/ranking.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { table, note } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import { breakable, metricText, nothing, trialLink, goalColumn, parameterList } from '../values.ts'

const MAX_LINES = 500
const MAX_ROWS = 20
const MAX_AXES = 16

/** All parameters of a trial at one glance. */
export const parallelSection: SectionDefinition<'parallel'> = {
  id: 'parallel',
  heading: 'report.parallel.heading',
  build,
}

function build(context: ReportContext): Markup {
  const { t, facts, snapshot } = context
  const ranked = rankForDrawing(snapshot.trials, facts.goal)
  // A pruned trial may have been ahead when it was stopped; the best is the best complete one.
  const ordered =
    facts.best !== null && ranked.includes(facts.best)
      ? [facts.best, ...ranked.filter(trial => trial !== facts.best)]
      : ranked
  if (ordered.length === 0) {
    return nothing(t('report.parallel.none'))
  }
  const shownTrials = ordered.slice(0, MAX_LINES)
  const axes = facts.axes.slice(0, MAX_AXES)
  const goals = facts.goals.map((goal, index) => ({ ...goal, index }))
  const model = parallelModel({
    ...{ ranked: shownTrials, axes, goals, goal: { ...facts.goal, index: 0 } },
    ...(facts.best === null ? {} : { best: facts.best.number }),
    t,
  })
  const missing = snapshot.trials.length - ordered.length
  return modelFigure(context, model, {
    summary: t('report.parallel.summary', { count: shownTrials.length, metric: facts.goal.metric }),
    notes: [
      ...(shownTrials.length < ordered.length
        ? [t('report.parallel.showing', { shown: shownTrials.length, count: ordered.length })]
        : []),
      ...(axes.length < facts.axes.length
        ? [t('report.parallel.axes', { shown: axes.length, count: facts.axes.length })]
        : []),
      ...(missing > 0 ? [t('report.parallel.missing', { count: missing })] : []),
    ],
    table: bestTable(context, ordered),
  })
}

function bestTable({ t, facts }: ReportContext, ordered: readonly TrialRecord[]): Markup {
  const rows = ordered.slice(0, MAX_ROWS)
  const names = facts.axes.map(({ name }) => name)
  return markup`${note(t('report.parallel.tableNote', { shown: rows.length, count: ordered.length }))}${table(
    t,
    t('report.parallel.heading'),
    ['#trial', ...facts.goals.map(goalColumn), 'parameters'],
    rows.map(trial => [
      trialLink(trial),
      ...facts.goals.map((_, index) => metricText(trial.values[index])),
      breakable(parameterList(trial, names)),
    ]),
  )}`
}
