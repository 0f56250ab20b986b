import { goalLabel } from '../../core/i18n/metric-label.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { testedModelMessage } from '../../analysis/summary/test-gap.ts'
import { testLooksMessage } from '../../core/study/test-looks.ts'
import { repeatedTrainings } from '../../core/study/trainings.ts'
import { stillImproving } from '../../analysis/curves/still-improving.ts'
import { insightText } from '../../analysis/insights/insight.ts'
import { improvingInsight } from '../../analysis/insights/result-insights.ts'
import { proposedTrials } from '../../analysis/insights/usual-insight.ts'
import { winnerInsights } from '../../analysis/insights/winner-insights.ts'
import { whyNoBest } from '../../analysis/summary/best-trial-headline.ts'
import { rankForDrawing } from '../../core/trial/ranking.ts'
import { median } from '../../math/statistics/quantile.ts'
import { formatCount, formatMetric } from '../../core/i18n/format-number.ts'
import { formatDuration, formatMoment } from '../../core/i18n/format-time.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { objectiveKind } from '../../core/study/study-specification.ts'
import type { Block, Tiles } from '../blocks/blocks.ts'
import { paragraph, trialLink } from '../blocks/make-blocks.ts'

/** The result in plain words, then the same in tiles. */
export const verdictSection: SectionDefinition<'verdict'> = {
  id: 'verdict',
  heading: 'report.verdict.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot } = context
  return [
    paragraph(sentences(context).join(t('report.sentence.space')), 'lead'),
    ...(snapshot.trials.length === 0 ? [] : [tiles(context)]),
  ]
}

function sentences(context: ReportContext): string[] {
  const { t, overview, headline, snapshot, language } = context
  const { counts, goal } = overview
  if (headline === null) {
    const reason = whyNoBest(snapshot.trials)
    if (reason === 'noTrials') return [t('report.verdict.noTrials')]
    const count = reason === 'noneComplete' ? snapshot.trials.length : counts.complete
    return [
      ...unfinished(context),
      t(`report.verdict.${reason}`, { count, metric: goalLabel(goal) }),
      ...(counts.failed > 0 ? [t('report.verdict.seeFailures')] : []),
    ]
  }
  const values = rankForDrawing(snapshot.trials, goal)
    .filter(trial => trial.state === 'complete')
    .map(trial => trial.values[0] ?? Number.NaN)
  return [
    ...unfinished(context),
    t(goal.direction === 'minimize' ? 'report.verdict.bestLowest' : 'report.verdict.bestHighest', {
      number: headline.number,
      metric: goalLabel(goal),
      value: formatMetric(headline.value),
      count: counts.complete,
    }),
    values.length >= 3 ? t('report.verdict.median', { value: formatMetric(median(values)) }) : '',
    overview.infeasible > 0 ? t('report.verdict.infeasible', { count: overview.infeasible }) : '',
    ...winnerSentences(context),
    testSentence(context),
    improvingSentence(context),
    t('report.verdict.effort', {
      count: snapshot.trials.length,
      duration: formatDuration(snapshot.study.elapsedMs, language),
      pruned: counts.pruned,
      failed: counts.failed,
      canceled: counts.canceled,
    }),
  ].filter(sentence => sentence !== '')
}

/** A report of a study that goes on says so. */
function unfinished({ t, snapshot, generatedAtMs, timeZone }: ReportContext): string[] {
  const { state } = snapshot.study
  return state === 'running' || state === 'paused'
    ? [t('report.verdict.unfinished', { moment: formatMoment(generatedAtMs, timeZone) })]
    : []
}

/** What speaks against the best. */
function winnerSentences({ t, snapshot }: ReportContext): string[] {
  const { specification, dataset } = snapshot.study
  const trials = snapshot.trials.map(trial => ({ ...trial, proposal: trial.provenance.reason }))
  return winnerInsights(trials, proposedTrials, specification, dataset).map(insight =>
    insightText(insight, t),
  )
}

function testSentence({ t, snapshot, headline }: ReportContext): string {
  const { winner, study } = snapshot
  if (winner !== null) {
    const { looks } = winner
    const isUnseen = looks !== null && looks.before === 0
    const tested = t('report.verdict.tested', {
      unseen: isUnseen ? 'yes' : 'no',
      number: winner.trialNumber,
      model: testedModelMessage(repeatedTrainings(study.specification)) ?? 'none',
      metrics: Object.entries(winner.metrics).map(
        ([name, value]) => `${name} ${formatMetric(value)}`,
      ),
    })
    const { testGap = null } = headline ?? {}
    const isFirst = looks === null || (isUnseen && looks.total === 1)
    return [
      tested,
      ...(testGap === null ? [] : [t.format(testGap)]),
      ...(isFirst ? [] : [t.format(testLooksMessage(looks))]),
    ].join(t('report.sentence.space'))
  }
  return objectiveKind(study.specification.objective).leavesModel === true
    ? t('report.verdict.notTested')
    : ''
}

/** That the best trials were still improving at their last epoch. */
function improvingSentence({ t, snapshot }: ReportContext): string {
  const { specification } = snapshot.study
  const [goal] = specification.goals
  const improving = stillImproving(specification, snapshot.trials, number => {
    const trial = snapshot.trials.find(candidate => candidate.number === number)
    return trial === undefined ? undefined : ownValue(trial.metrics, goal?.metric ?? '')
  })
  if (improving === null) return ''
  return insightText(improvingInsight(improving), t)
}

function tiles({ t, overview, headline, snapshot, language }: ReportContext): Tiles {
  const { best, counts, medianDurationMs } = overview
  const goalTiles =
    headline === null || best === null
      ? []
      : headline.goals.map(({ metric, value }, index) => ({
          name: metric,
          value: formatMetric(value),
          note: [
            t(index === 0 ? 'report.verdict.bestTile' : 'report.verdict.sameTrialTile'),
            trialLink(best, t('report.trial.title', { number: best.number })),
          ],
        }))
  const testTiles = Object.entries(headline?.testMetrics ?? {})
    .slice(0, 4)
    .map(([name, value]) => ({
      name,
      value: formatMetric(value),
      note: t('report.verdict.testTile', { model: headline?.testModel ?? 'none' }),
    }))
  const trials = {
    name: t('report.verdict.trialsTile'),
    value: formatCount(snapshot.trials.length),
    note: t('report.verdict.countsTile', counts),
  }
  const time = {
    name: t('report.verdict.timeTile'),
    value: formatDuration(snapshot.study.elapsedMs, language),
    note: Number.isFinite(medianDurationMs)
      ? t('report.verdict.medianDurationTile', {
          duration: formatDuration(medianDurationMs, language),
        })
      : '',
  }
  return { kind: 'tiles', tiles: [...goalTiles, ...testTiles, trials, time] }
}
