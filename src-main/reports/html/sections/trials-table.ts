import { constraintMetric } from '../../../contract/constraints.ts'
import { trialDurationMs } from '../../../analysis/summary/study-facts.ts'
import type { TrialRecord } from '../../../contract/trial.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { section, table } from '../figure.ts'
import { markup, type Fragment, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, metricText, nothing, parameterText, trialLabel } from '../values.ts'

/** More searched parameters than this share one column, so that the table fits a page. */
const mostParameterColumns = 7

/** Every trial, always: this is the record the charts are drawn from. */
export function trialsSection(context: ReportContext): Markup {
  const { t, snapshot, facts, language } = context
  if (snapshot.trials.length === 0) {
    return section('trials', t('trials.heading'), nothing(t('empty.noTrials')))
  }
  const excluded = snapshot.trials
    .filter(trial => trial.excluded === true)
    .map(({ number }) => number)
  const names = facts.axes.map(axis => axis.name)
  const { constraints } = snapshot.study.specification
  const columns = names.length <= mostParameterColumns
  return section(
    'trials',
    t('trials.heading'),
    markup`<p>${t('trials.text', { count: snapshot.trials.length })}${
      constraints.length === 0 ? null : ` ${t('trials.constraints')}`
    }${
      excluded.length === 0 ? null : ` ${t('trials.excluded', { numbers: excluded.join(', ') })}`
    }</p>
${table(
  t('trials.heading'),
  [
    { title: t('column.trial'), numeric: true },
    { title: t('column.state') },
    ...facts.goals.map(goal => ({ title: code(goal.metric), numeric: true })),
    ...constraints.map(constraint => ({
      title: code(constraintMetric(constraint)),
      numeric: true,
    })),
    ...(columns
      ? facts.axes.map(axis => ({ title: code(axis.name), numeric: axis.kind === 'numeric' }))
      : [{ title: t('column.parameters') }]),
    { title: t('column.bestStep'), numeric: true },
    { title: t('column.lastStep'), numeric: true },
    { title: t('column.duration'), numeric: true },
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
    ? markup`${trialLabel(t, trial)} <strong class="tag">${t('trials.best')}</strong>`
    : trialLabel(t, trial)
}

function parameterCell(trial: TrialRecord, name: string): string {
  const value = Object.hasOwn(trial.parameters, name) ? trial.parameters[name] : undefined
  return value === undefined ? '–' : parameterText(value)
}

function parameterList(trial: TrialRecord, names: readonly string[]): string {
  return names
    .filter(name => Object.hasOwn(trial.parameters, name))
    .map(name => `${name} ${parameterCell(trial, name)}`)
    .join(' · ')
}
