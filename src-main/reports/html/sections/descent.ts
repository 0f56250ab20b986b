import { metricsAtStep } from '../../../analysis/summary/summarize-study.ts'
import { descentModel } from '../../../charts/descent-model.ts'
import { gradientModeOf, gradientParameter } from '../../../core/trial/metric-value.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { formatMetric } from '../../../core/i18n/format-number.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { table, note, showing } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { metricText, trialLink } from '../values.ts'

const MAX_ROWS = 200

/** A trial with what it reported at its best step. */
interface Descended {
  readonly trial: TrialRecord
  readonly metrics: Readonly<Record<string, number>>
}

/**
 * For studies with hypergradients: the loss that the gradient goes down beside the loss of rows which it never sees, trial by
 * trial, and the gradients themselves.
 */
export function descentPart(context: ReportContext): Markup | null {
  const descended = context.snapshot.trials
    .map((trial): Descended => ({ trial, metrics: metricsAtStep(trial, trial.bestStep) }))
    .filter(({ metrics }) => metrics['gradientMode'] !== undefined)
  if (descended.length === 0) return null
  return markup`${lossFigure(context, descended)}${gradientTable(context, descended)}`
}

function lossFigure(context: ReportContext, descended: readonly Descended[]): Markup {
  const { t } = context
  const model = descentModel(
    descended.map(({ trial, metrics }) => ({ number: trial.number, ...metrics })),
    {
      names: {
        validationLoss: t('report.descent.validationLoss'),
        holdoutLoss: t('report.descent.holdoutLoss'),
      },
      loss: '',
      log: 'auto',
      t,
    },
  )
  const summary = t('report.descent.summary', { count: descended.length })
  return markup`<h3>${t('report.descent.heading')}</h3>${modelFigure(context, model, { summary })}`
}

function gradientTable({ t }: ReportContext, descended: readonly Descended[]): Markup {
  const shownTrials = descended.slice(0, MAX_ROWS)
  return markup`<h3>${t('report.descent.gradients')}</h3>${table(
    t,
    t('report.descent.gradients'),
    [
      '#trial',
      { title: t('report.descent.mode') },
      { title: t('report.descent.norm'), numeric: true },
      { title: t('report.descent.selfTest'), numeric: true },
      { title: t('report.descent.derivatives') },
    ],
    shownTrials.map(({ trial, metrics }) => [
      trialLink(trial),
      gradientModeOf(metrics['gradientMode'] as number) ?? '–',
      metricText(metrics['gradientNorm']),
      metricText(metrics['selfTestError']),
      derivatives(metrics),
    ]),
  )}${showing(t, shownTrials.length, descended.length)}${note(t('report.descent.derivativesNote'))}`
}

/** All of them, folded away where there are many. */
function derivatives(metrics: Descended['metrics']): Markup | string {
  const entries = Object.entries(metrics).flatMap(([name, value]) => {
    const parameter = gradientParameter(name)
    return parameter === null ? [] : [`${parameter} ${formatMetric(value)}`]
  })
  if (entries.length === 0) return '–'
  if (entries.length <= 4) return entries.join(', ')
  return markup`<details><summary>${entries.slice(0, 2).join(', ')} … (${entries.length})</summary>${entries.join(', ')}</details>`
}
