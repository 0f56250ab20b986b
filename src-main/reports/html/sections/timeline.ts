import { mergeIntervals } from '../../../analysis/timeline/busy-time.ts'
import type { EventKind } from '../../../contract/events.ts'
import { trialStates } from '../../../contract/trial.ts'
import { formatPercent } from '../../../i18n/format-number.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { timelineBars, timelineChart } from '../charts/timeline-chart.ts'
import { figure, section, table } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { nothing } from '../values.ts'
import { eventTable } from './event-table.ts'

/** Start and end of every trial are in the chart already. */
const chartedKinds: readonly EventKind[] = ['trial.started', 'trial.finished']

/** What ran when, and what happened beside the trials. */
export function timelineSection(context: ReportContext): Markup {
  const { t, language, snapshot } = context
  const bars = timelineBars(snapshot.trials, context.generatedAtMs)
  if (bars.length === 0) {
    return section(
      'timeline',
      t('report.timeline.heading'),
      markup`${nothing(t('report.empty.noTrials'))}${otherEvents(context)}`,
    )
  }
  const slots = [...new Set(bars.map(bar => bar.attempt.slot))].sort((a, b) => a - b)
  const summary = t('report.timeline.summary', { count: bars.length, slots: slots.length })
  const { chart, time } = timelineChart(t, language, bars, slots, summary)
  const cutMs = time.pauses.reduce((sum, pause) => sum + pause.lengthMs, 0)
  const rows = slots.map(slot => {
    const own = bars.filter(bar => bar.attempt.slot === slot)
    const busyMs = mergeIntervals(own).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    return {
      cells: [
        t('report.timeline.slot', { slot }),
        own.length,
        formatDuration(busyMs, language),
        formatPercent(busyMs / time.lengthMs),
      ],
    }
  })
  return section(
    'timeline',
    t('report.timeline.heading'),
    markup`${figure(t, {
      chart,
      summary,
      legend: legend(context),
      notes:
        time.pauses.length > 0
          ? [
              t('report.timeline.pauses', {
                count: time.pauses.length,
                duration: formatDuration(cutMs, language),
              }),
            ]
          : [],
      table: table(
        t('report.timeline.heading'),
        [
          { title: t('report.column.slot') },
          { title: t('report.column.attempts'), numeric: true },
          { title: t('report.column.busy'), numeric: true },
          { title: t('report.column.share'), numeric: true },
        ],
        rows,
      ),
    })}${otherEvents(context)}`,
  )
}

function otherEvents(context: ReportContext): Markup | null {
  const { t, snapshot } = context
  const events = snapshot.events.filter(event => !chartedKinds.includes(event.kind))
  if (events.length === 0) return null
  return markup`<details><summary>${t('report.timeline.events', { count: events.length })}</summary>${eventTable(context, t('report.timeline.eventsLabel'), events)}</details>`
}

function legend({ t, snapshot }: ReportContext): Markup {
  const seen = new Set(
    snapshot.trials.flatMap(trial => trial.attempts.map(attempt => attempt.state)),
  )
  return markup`<ul class="legend">${trialStates
    .filter(state => seen.has(state))
    .map(
      state =>
        markup`<li><svg class="sample" viewBox="0 0 24 12" aria-hidden="true"><rect class="bar ${state}" x="1" y="1" width="22" height="10"/></svg>${t(`state.${state}`)}</li>`,
    )}</ul>`
}
