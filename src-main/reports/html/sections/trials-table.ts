import { ownValue } from '../../../contract/named-values.ts'
import { constraintMetric } from '../../../contract/constraints.ts'
import { trialDurationMs } from '../../../analysis/summary/study-facts.ts'
import type { TrialRecord } from '../../../contract/trial.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { section, table } from '../figure.ts'
import { markup, type Fragment, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, metricText, nothing, parameterText, trialLabel } from '../values.ts'

/** More searched parameters than this share one column, so that the table fits a page. */
const MAX_PARAMETER_COLUMNS = 7

/** Every trial, always: this is the record the charts are drawn from. */
export function trialsSection(context: ReportContext): Markup {
  const { t, snapshot, facts, language } = context
  if (snapshot.trials.length === 0) {
    return section('trials', t('report.trials.heading'), nothing(t('report.empty.noTrials')))
  }
  const excluded = snapshot.trials
    .filter(trial => trial.excluded === true)
    .map(({ number }) => number)
  const names = facts.axes.map(axis => axis.name)
  const { constraints } = snapshot.study.specification
  const columns = names.length <= MAX_PARAMETER_COLUMNS
  return section(
    'trials',
    t('report.trials.heading'),
    markup`<p>${t('report.trials.text', { count: snapshot.trials.length })}${
      constraints.length === 0 ? null : ` ${t('report.trials.constraints')}`
    }${
      excluded.length === 0
        ? null
        : ` ${t('report.trials.excluded', { numbers: excluded.join(', ') })}`
    }</p>
${table(
  t('report.trials.heading'),
  [
    { title: t('report.column.trial'), numeric: true },
    { title: t('report.column.state') },
    ...facts.goals.map(goal => ({ title: code(goal.metric), numeric: true })),
    ...constraints.map(constraint => ({
      title: code(constraintMetric(constraint)),
      numeric: true,
    })),
    ...(columns
      ? facts.axes.map(axis => ({ title: code(axis.name), numeric: axis.kind === 'numeric' }))
      : [{ title: t('report.column.parameters') }]),
    { title: t('report.column.bestStep'), numeric: true },
    { title: t('report.column.lastStep'), numeric: true },
    { title: t('report.column.duration'), numeric: true },
  ],
  snapshot.trials.map(trial => ({
    ...(trial === facts.best ? { className: 'best-row' } : {}),
    cells: [
      markup`<span id="trial-${trial.number}">${trial.number}</span>`,
      stateCell(context, trial),
      ...facts.goals.map((_, index) => metricText(trial.values[index])),
      ...constraints.map((_, index) => metricText(trial.constraints?.[index])),
      ...(columns
        ? names.map(name => breakable(parameterCell(trial, name)))
        : [breakable(parameterList(trial, names))]),
      trial.bestStep ?? '–',
      trial.lastStep ?? '–',
      trial.finishedAtMs === null ? '–' : formatDuration(trialDurationMs(trial), language),
    ],
  })),
)}`,
  )
}

function stateCell({ t, facts }: ReportContext, trial: TrialRecord): Fragment {
  return trial === facts.best
    ? markup`${trialLabel(t, trial)} <strong class="tag">${t('report.trials.best')}</strong>`
    : trialLabel(t, trial)
}

function parameterCell(trial: TrialRecord, name: string): string {
  const value = ownValue(trial.parameters, name)
  return value === undefined ? '–' : parameterText(value)
}

function parameterList(trial: TrialRecord, names: readonly string[]): string {
  return names
    .filter(name => Object.hasOwn(trial.parameters, name))
    .map(name => `${name} ${parameterCell(trial, name)}`)
    .join(' · ')
}
