import { parallelModel } from '../../../charts/parallel-model.ts'
import { rankForDrawing } from '../../../contract/ranking.ts'
import { ownValue } from '../../../contract/named-values.ts'
import type { TrialRecord } from '../../../contract/trial.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { section, table } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, metricText, nothing, parameterText, trialLink } from '../values.ts'

const MAX_LINES = 500
const MAX_ROWS = 20
const MAX_AXES = 16

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
  const shown = ordered.slice(0, MAX_LINES)
  const axes = facts.axes.slice(0, MAX_AXES)
  const goals = facts.goals.map((goal, index) => ({ ...goal, index }))
  const model = parallelModel({
    ...{ ranked: shown, axes, goals, goal: { ...facts.goal, index: 0 } },
    ...(facts.best === null ? {} : { best: facts.best.number }),
    t,
  })
  const missing = snapshot.trials.length - ordered.length
  return section(
    'parallel',
    t('report.parallel.heading'),
    modelFigure(context, model, {
      summary: t('report.parallel.summary', { count: shown.length, metric: facts.goal.metric }),
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
  const rows = ordered.slice(0, MAX_ROWS)
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
