import { ownValue } from '../../../core/values/named-values.ts'
import { stillImproving } from '../../../analysis/curves/still-improving.ts'
import { insightText } from '../../../analysis/insights/insight.ts'
import { improvingInsight } from '../../../analysis/insights/result-insights.ts'
import { bestTrialHeadline, whyNoBest } from '../../../analysis/summary/best-trial-headline.ts'
import { ensembleMessage, ensembleOf } from '../../../analysis/summary/ensemble.ts'
import { gradientModeOf, gradientParameter } from '../../../core/trial/metric-value.ts'
import { baselineMessage, baselineValue } from '../../../core/study/baseline.ts'
import { testLooksMessage } from '../../../core/study/test-looks.ts'
import { goalDeviation } from '../../../analysis/summary/replicates.ts'
import { estimatedBestValues } from '../../../core/study/estimated-best.ts'
import { deviationBasis } from '../../../core/study/trainings.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { Curve, TrialRecord, TrialSnapshot } from '../../../core/trial/trial.ts'
import {
  goalLabel,
  inMetricWords,
  labeledGoal,
  metricLabel,
} from '../../../core/i18n/metric-label.ts'
import { formatDeviation, formatMetric, formatNumber } from '../../../core/i18n/format-number.ts'
import { estimatedBestOf } from '../../analysis/node/estimated-best-of.ts'
import { winnerInsightsOf } from '../../analysis/node/winner-insights-of.ts'
import { paretoTrials } from '../../../math/pareto/pareto-trials.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import type { CliContext } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

/** Of a gradient with more entries the number is printed instead. */
const MAX_DERIVATIVES = 8

/** Rows of a front on a terminal; `--json` has all. */
const MAX_FRONT = 30

/** Parameter values as `name=value`, numbers with four digits. */
export function parametersText(parameters: TrialRecord['parameters']): string {
  return Object.entries(parameters)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'number' ? formatNumber(value) : String(value)}`,
    )
    .join(' ')
}

/**
 * The best trial by the first goal: its parameters, its values as it is judged by, the other metrics at its best step, the test split.
 * Of several trainings only the first keeps these others. Of several goals, the front comes first. One trial is read whole: there may be 100,000.
 */
export function printBest(spoken: CliContext, reader: StudyReader, study: StudyRecord): void {
  const { goals, objective } = study.specification
  const t = inMetricWords(spoken.t, objective)
  const context = { ...spoken, t }
  const nameOf = (metric: string): string => metricLabel(metric, objective, t)
  const trials = reader.history(study.id, [], { reports: 'none' })
  const { specification } = study
  const events = reader.events(study.id)
  const headline = bestTrialHeadline({
    specification,
    trials,
    winner: reader.winner(study.id),
    estimatedBest: estimatedBestOf(specification, trials, events),
    ensemble: ensembleOf(events),
    baseline: baselineValue(study.labels.baseline, number => trials[number]?.values),
    trainingsOf: number => reader.trial(study.id, number).trainings,
  })
  if (headline === null) {
    const reason = whyNoBest(trials)
    const isComplete = reason !== 'noTrials' && reason !== 'noneComplete'
    context.print(isComplete ? t('cli.noFeasible') : t('cli.noBest'))
    return
  }
  const best = reader.trial(study.id, headline.number)
  if (goals.length > 1)
    printFront(
      context,
      goals.map(goal => labeledGoal(goal, objective, t)),
      paretoTrials(trials, goals),
    )
  context.print(
    goals.length > 1
      ? t('cli.bestByGoal', { number: best.number, step: best.bestStep, metric: goals[0]?.metric })
      : t('cli.best', { number: best.number, step: best.bestStep }),
  )
  for (const [name, value] of Object.entries(best.parameters)) {
    context.print(`  ${name} = ${typeof value === 'number' ? formatNumber(value) : String(value)}`)
  }
  // A mean over folds, or a value that another program told, stands in no curve.
  const { trainings, basis } = headline
  headline.goals.forEach(({ metric, value }, goal) => {
    const deviation = goalDeviation(best, goal)
    const text = [
      t('list.named', { name: nameOf(metric), value: formatMetric(value) }),
      ...(deviation === null
        ? []
        : [t('trainings.deviation', { deviation: formatDeviation(deviation, value) })]),
    ].join(' ')
    const remark = basis === null || deviation === null ? basis : deviationBasis(basis)
    const line = remark === null ? text : t('list.remark', { text, remark: t.format(remark) })
    context.print(`  ${line}`)
    const each = (best.trainings ?? []).flatMap(({ values }) => values[goal] ?? [])
    if (trainings !== null && each.length > 1) {
      const title = t('trainings.title', { by: trainings.by })
      context.print(
        `    ${t('list.named', { name: title, value: each.map(formatMetric).join(t('list.separator')) })}`,
      )
    }
  })
  if (headline.baseline !== undefined) {
    context.print(
      `  ${t.format(baselineMessage(goals[0]?.metric ?? '', best.number, headline.baseline))}`,
    )
  }
  printAgainst(context, reader, study, trials)
  if (best.reason !== null) context.print(`  ${t.format(best.reason)}`)
  const further: string[] = []
  const isGoal = new Set(goals.map(({ metric }) => metric))
  const derivatives = Object.keys(best.metrics).filter(name => gradientParameter(name) !== null)
  const listed = derivatives.length <= MAX_DERIVATIVES
  for (const [name, curve] of Object.entries(best.metrics)) {
    if (isGoal.has(name) || (!listed && derivatives.includes(name))) continue
    const value = valueAt(curve, best.bestStep)
    if (value === null) continue
    const mode = name === 'gradientMode' ? gradientModeOf(value) : null
    further.push(t('list.named', { name: nameOf(name), value: mode ?? formatMetric(value) }))
  }
  if (!listed) further.push(t('cli.derivatives', { count: derivatives.length }))
  if (trainings !== null && further.length > 0)
    context.print(`  ${t('cli.ofFirstTraining', { count: trainings.count })}`)
  const indent = trainings === null ? '  ' : '    '
  for (const line of further) context.print(`${indent}${line}`)
  const { testMetrics, testModel, testGap, testLooks } = headline
  for (const [name, value] of Object.entries(testMetrics ?? {})) {
    const text = t('list.named', { name: nameOf(name), value: formatMetric(value) })
    context.print(
      `  ${testModel === null ? text : t('list.remark', { text, remark: t.format(testModel) })}`,
    )
  }
  if (testGap !== null) context.print(`  ${t.format(testGap)}`)
  if (testLooks !== null) context.print(`  ${t.format(testLooksMessage(testLooks))}`)
  printImproving(context, reader, study, trials)
  const likely = estimatedBestValues(headline.estimatedBest)
  if (likely !== null) context.print(t('cli.estimatedBest', likely))
  const { ensemble } = headline
  if (ensemble == null) return
  context.print(t('cli.ensemble', { ensemble: ensembleMessage(ensemble) }))
  for (const [name, value] of Object.entries(ensemble.metrics)) {
    context.print(`  ${t('list.named', { name: nameOf(name), value: formatMetric(value) })}`)
  }
  const { folds, replicates } = specification
  if (ensemble.folds > 1) context.print(`  ${t('folds.pooled', { folds, by: replicates.value })}`)
}

/** What speaks against the best; not while the study runs, when the search has yet to find something better. */
function printAgainst(
  { t, print }: CliContext,
  reader: StudyReader,
  { id }: StudyRecord,
  trials: readonly TrialSnapshot[],
): void {
  for (const insight of winnerInsightsOf(reader, reader.studyById(id), trials))
    print(`  ${insightText(insight, t)}`)
}

/** That the best trials were still improving at their last epoch; nothing where they were not. */
function printImproving(
  context: CliContext,
  reader: StudyReader,
  { id, specification }: StudyRecord,
  trials: readonly TrialSnapshot[],
): void {
  const [goal] = specification.goals
  const improving = stillImproving(specification, trials, number =>
    ownValue(reader.trial(id, number).metrics, goal?.metric ?? ''),
  )
  if (improving === null) return
  context.print(`  ${insightText(improvingInsight(improving), context.t)}`)
}

function printFront(
  context: CliContext,
  goals: readonly Goal[],
  front: readonly TrialSnapshot[],
): void {
  const { t } = context
  context.print(t('cli.front', { count: front.length }))
  const head = [t('cli.column.number'), ...goals.map(goalLabel), t('cli.column.parameters')]
  const rows = front
    .slice(0, MAX_FRONT)
    .map(({ number, values, parameters }) => [
      String(number),
      ...values.map(formatMetric),
      parametersText(parameters),
    ])
  context.print(formatTable(head, rows))
  if (front.length > MAX_FRONT) {
    context.print(t('cli.showing', { shown: MAX_FRONT, total: front.length }))
  }
}

function valueAt(curve: Curve, step: number | null): number | null {
  const index = step === null ? -1 : curve.steps.indexOf(step)
  return curve.values[index] ?? null
}
