import { slotTimes } from '../../../analysis/timeline/busy-time.ts'
import { timelineModel } from '../../../charts/timeline-model.ts'
import type { EventKind } from '../../../contract/events.ts'
import { formatPercent } from '../../../i18n/format-number.ts'
import { formatDuration } from '../../../i18n/format-time.ts'
import { modelFigure } from '../charts/model-figure.ts'
import { section, table } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { eventTable } from './event-table.ts'

/** Start and end of every trial are in the chart already. */
const chartedKinds: readonly EventKind[] = ['trial.started', 'trial.finished']

/** What ran when, and what happened beside the trials. */
export function timelineSection(context: ReportContext): Markup {
  const { t, language, snapshot } = context
  const runs = snapshot.trials.flatMap(({ number, attempts }) =>
    attempts.map(attempt => ({
      ...attempt,
      number,
      ...(attempts.length > 1 ? { attempt: attempt.number } : {}),
    })),
  )
  const model = timelineModel({
    ...{ runs, events: [], eventName: kind => kind, untilMs: context.generatedAtMs },
    t,
  })
  const busy = slotTimes(runs, context.generatedAtMs)
  return section(
    'timeline',
    t('report.timeline.heading'),
    markup`${modelFigure(context, model, {
      summary: t('report.timeline.summary', { count: runs.length, slots: busy.length }),
      table: table(
        t('report.timeline.heading'),
        [
          { title: t('report.column.slot') },
          { title: t('report.column.attempts'), numeric: true },
          { title: t('report.column.busy'), numeric: true },
          { title: t('report.column.share'), numeric: true },
        ],
        busy.map(({ slot, count, busyMs, share }) => ({
          cells: [
            ...[t('report.timeline.slot', { slot: slot + 1 }), count],
            ...[formatDuration(busyMs, language), formatPercent(share)],
          ],
        })),
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
