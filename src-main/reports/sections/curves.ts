import { type CurveGroup, curvesModel, curveTable } from '../../charts/curves-model.ts'
import { rankForDrawing } from '../../core/trial/ranking.ts'
import { ownValue } from '../../core/values/named-values.ts'
import type { Curve, TrialRecord } from '../../core/trial/trial.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { descentPart } from './descent.ts'
import type { Block } from '../blocks/blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'
import { nothing } from '../blocks/make-blocks.ts'

const MAX_CURVES = 200

/** Intermediate values of the first goal's metric, one curve per trial; with hypergradients, what they tell. */
export const curvesSection: SectionDefinition<'curves'> = {
  id: 'curves',
  heading: 'report.curves.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  return [goalCurves(context), ...descentPart(context)]
}

function goalCurves(context: ReportContext): Block {
  const { t, overview, snapshot } = context
  const { metric, direction } = overview.goal
  const withCurve = snapshot.trials.filter(trial => curveOf(trial, metric) !== null)
  if (withCurve.length === 0) return nothing(t('report.curves.none', { metric }))
  const shownTrials = choose(withCurve, context)
  const isPruned = ({ state }: TrialRecord): boolean => state === 'pruned'
  const group = (
    name: string,
    tone: CurveGroup['tone'],
    of: readonly TrialRecord[],
  ): CurveGroup => ({
    name,
    tone,
    curves: of.toReversed().map(trial => ({
      ...(curveOf(trial, metric) as Curve),
      trial: trial.number,
      attempts: trial.attempts.length,
      text: `${t('report.trial.title', { number: trial.number })} · ${t(`state.${trial.state}`)}`,
    })),
  })
  const others = shownTrials.filter(trial => trial !== overview.best)
  const groups = [
    group(t('state.pruned'), 'pruned', others.filter(isPruned)),
    group(
      t('chart.otherTrials'),
      'faint',
      others.filter(trial => !isPruned(trial)),
    ),
    group(
      t('chart.bestTrial'),
      'best',
      shownTrials.filter(trial => trial === overview.best),
    ),
  ].filter(({ curves }) => curves.length > 0)
  const model = curvesModel(groups, {
    metric,
    direction,
    log: 'auto',
    t,
    table: curveTable(groups, t),
    empty: t('report.empty.noValues', { metric }),
  })
  return chartFigure(context, model, {
    summary: t('report.curves.summary', { metric, count: shownTrials.length }),
    notes:
      shownTrials.length < withCurve.length
        ? [t('report.curves.showing', { shown: shownTrials.length, count: withCurve.length })]
        : [],
  })
}

/** The best trials first, then those without a value of their own; the best is always among them. */
function choose(withCurve: readonly TrialRecord[], { overview }: ReportContext): TrialRecord[] {
  const ranked = rankForDrawing(withCurve, overview.goal)
  const rankedTrials = new Set(ranked)
  const all = [...ranked, ...withCurve.filter(trial => !rankedTrials.has(trial))]
  const { best } = overview
  const ordered =
    best !== null && all.includes(best) ? [best, ...all.filter(trial => trial !== best)] : all
  return ordered.slice(0, MAX_CURVES)
}

function curveOf(trial: TrialRecord, metric: string): Curve | null {
  const curve = ownValue(trial.metrics, metric)
  return curve === undefined || curve.steps.length === 0 ? null : curve
}
