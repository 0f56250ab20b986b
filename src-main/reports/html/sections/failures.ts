import { formatNumberRanges, groupFailures } from '../../../analysis/failures/failure-groups.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { section, table } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { breakable, code, nothing, stateLabel, trialLink } from '../values.ts'

/** What failed, how often, and what was tried again. */
export function failuresSection(context: ReportContext): Markup {
  const { t, snapshot } = context
  const groups = groupFailures(snapshot.trials)
  if (groups.length === 0) {
    return section('failures', t('report.failures.heading'), nothing(t('report.failures.none')))
  }
  return section(
    'failures',
    t('report.failures.heading'),
    markup`${table(
      t('report.failures.heading'),
      [
        { title: t('report.column.class') },
        { title: t('report.column.message') },
        { title: t('report.column.attempts'), numeric: true },
        { title: t('report.column.trials') },
      ],
      groups.map(group => ({
        cells: [
          t(`report.failure.${group.class}`),
          breakable(
            group.differ ? t('report.failures.example', { reason: group.fact }) : t.say(group.fact),
          ),
          group.attempts,
          formatNumberRanges(group.trials),
        ],
      })),
    )}${retries(context)}`,
  )
}

function retries({ t, snapshot, language }: ReportContext): Markup | null {
  const retried = snapshot.trials.filter(trial => trial.attempts.length > 1)
  if (retried.length === 0) return null
  return markup`<h3>${t('report.failures.retries')}</h3>
<p>${t('report.failures.retriesText', { count: retried.length })}</p>
${table(
  t('report.failures.retries'),
  [
    { title: t('report.column.trial'), numeric: true },
    { title: t('report.column.attempt'), numeric: true },
    { title: t('report.column.state') },
    { title: t('report.column.slot'), numeric: true },
    { title: t('report.column.engine') },
    { title: t('report.column.duration'), numeric: true },
    { title: t('report.column.message') },
  ],
  retried.flatMap(trial =>
    trial.attempts.map(attempt => ({
      cells: [
        trialLink(trial),
        attempt.number,
        stateLabel(t, attempt.state),
        attempt.slot,
        attempt.engine === null ? '–' : code(attempt.engine.name),
        attempt.finishedAtMs === null
          ? '–'
          : formatDuration(attempt.finishedAtMs - attempt.startedAtMs, language),
        attempt.failure === null
          ? '–'
          : breakable(
              `${t(`report.failure.${attempt.failure.class}`)}: ${t.say(attempt.failure.fact)}`,
            ),
      ],
    })),
  ),
)}`
}
