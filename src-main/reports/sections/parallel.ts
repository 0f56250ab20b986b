import { goalLabel } from '../../core/i18n/metric-label.ts'
import { parallelModel } from '../../charts/parallel-model.ts'
import { rankForDrawing } from '../../core/trial/ranking.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { pedAnova } from '../../analysis/importance/ped-anova.ts'
import { importanceQuestion } from './importance.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'
import { note, nothing, table, trialLink } from '../blocks/make-blocks.ts'
import { goalColumn, metricText, parameterList } from '../blocks/values.ts'

const MAX_LINES = 500
const MAX_ROWS = 20
const MAX_AXES = 16

/** All parameters of a trial at one glance. */
export const parallelSection: SectionDefinition<'parallel'> = {
  id: 'parallel',
  heading: 'report.parallel.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, overview, snapshot } = context
  const ranked = rankForDrawing(snapshot.trials, overview.goal)
  // A pruned trial may have been ahead when it was stopped; the best is the best complete one.
  const ordered =
    overview.best !== null && ranked.includes(overview.best)
      ? [overview.best, ...ranked.filter(trial => trial !== overview.best)]
      : ranked
  if (ordered.length === 0) {
    return [nothing(t('report.parallel.none'))]
  }
  const shownTrials = ordered.slice(0, MAX_LINES)
  const axes = orderByImportance(context).slice(0, MAX_AXES)
  const goals = overview.goals.map((goal, index) => ({ ...goal, index }))
  const model = parallelModel({
    ranked: shownTrials,
    axes,
    goals,
    goal: { ...overview.goal, index: 0 },
    ...(overview.best === null ? {} : { best: overview.best.number }),
    t,
  })
  const missing = snapshot.trials.length - ordered.length
  return [
    chartFigure(context, model, {
      summary: t('report.parallel.summary', {
        count: shownTrials.length,
        metric: goalLabel(overview.goal),
      }),
      notes: [
        ...(shownTrials.length < ordered.length
          ? [t('report.parallel.showing', { shown: shownTrials.length, count: ordered.length })]
          : []),
        ...(axes.length < overview.axes.length
          ? [t('report.parallel.axes', { shown: axes.length, count: overview.axes.length })]
          : []),
        ...(missing > 0 ? [t('report.parallel.missing', { count: missing })] : []),
      ],
      table: bestTable(context, ordered),
    }),
  ]
}

/** The most important parameters first where not all fit; each in the order of the study file where nobody knows. */
function orderByImportance(context: ReportContext): ReportContext['overview']['axes'] {
  const { axes } = context.overview
  if (axes.length <= MAX_AXES) return axes
  const outcome = pedAnova(importanceQuestion(context))
  if (!outcome.ok) return axes
  const shares = new Map(outcome.result.map(({ name, mean }) => [name, mean]))
  return axes.toSorted((a, b) => (shares.get(b.name) ?? 0) - (shares.get(a.name) ?? 0))
}

function bestTable(
  { t, overview }: ReportContext,
  ordered: readonly TrialRecord[],
): readonly Block[] {
  const rows = ordered.slice(0, MAX_ROWS)
  const names = overview.axes.map(({ name }) => name)
  return [
    ...note(t('report.parallel.tableNote', { shown: rows.length, count: ordered.length })),
    table(
      t,
      t('report.parallel.heading'),
      ['#trial', ...overview.goals.map(goalColumn), 'parameters'],
      rows.map(trial => [
        trialLink(trial),
        ...overview.goals.map((_, index) => metricText(trial.values[index])),
        parameterList(trial, names),
      ]),
    ),
  ]
}
