import { metricsAtStep } from '../../analysis/summary/summarize-study.ts'
import { descentModel } from '../../charts/descent-model.ts'
import { gradientModeOf, gradientParameter } from '../../core/trial/metric-value.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { formatMetric } from '../../core/i18n/format-number.ts'
import type { ReportContext } from './report-context.ts'
import type { Block, Inline } from '../blocks/blocks.ts'
import { chartFigure } from '../blocks/chart-blocks.ts'
import { heading, note, showing, table, trialLink } from '../blocks/make-blocks.ts'
import { metricText } from '../blocks/values.ts'

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
export function descentPart(context: ReportContext): readonly Block[] {
  const descended = context.snapshot.trials
    .map((trial): Descended => ({ trial, metrics: metricsAtStep(trial, trial.bestStep) }))
    .filter(({ metrics }) => metrics['gradientMode'] !== undefined)
  if (descended.length === 0) return []
  return [...lossFigure(context, descended), ...gradientTable(context, descended)]
}

function lossFigure(context: ReportContext, descended: readonly Descended[]): readonly Block[] {
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
  return [heading(t('report.descent.heading')), chartFigure(context, model, { summary })]
}

function gradientTable({ t }: ReportContext, descended: readonly Descended[]): readonly Block[] {
  const shownTrials = descended.slice(0, MAX_ROWS)
  const title = t('report.descent.gradients')
  return [
    heading(title),
    table(
      t,
      title,
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
    ),
    ...showing(t, shownTrials.length, descended.length),
    ...note(t('report.descent.derivativesNote')),
  ]
}

/** All of them, folded away where there are many. */
function derivatives(metrics: Descended['metrics']): Inline {
  const entries = Object.entries(metrics).flatMap(([name, value]) => {
    const parameter = gradientParameter(name)
    return parameter === null ? [] : [`${parameter} ${formatMetric(value)}`]
  })
  if (entries.length === 0) return '–'
  const text = entries.join(', ')
  if (entries.length <= 4) return text
  const beginning = `${entries.slice(0, 2).join(', ')} … (${entries.length})`
  return { kind: 'folded', beginning, text }
}
