import { eventMessage } from '../../core/study/event-message.ts'
import type { EventRecord } from '../../core/study/events.ts'
import { formatMoment } from '../../core/i18n/format-time.ts'
import { table } from './figure.ts'
import { markup, type Markup } from './markup.ts'
import type { ReportContext } from './report-context.ts'
import { trialLink } from './values.ts'

/** More rows are read by nobody. */
const MAX_EVENTS = 10_000

/** Events of a study, a row each. */
export function eventTable(
  { t }: ReportContext,
  label: string,
  all: readonly EventRecord[],
): Markup {
  const events = all.slice(-MAX_EVENTS)
  const showing =
    events.length < all.length
      ? markup`<p>${t('report.timeline.lastEvents', { shown: events.length, count: all.length })}</p>`
      : null
  return markup`${showing}${table(
    t,
    label,
    ['time', 'event', '#trial', 'detail'],
    events.map(event => {
      const { atMs, kind, trialNumber: number } = event
      const detail = eventMessage(event)
      return [
        formatMoment(atMs),
        t(`event.${kind}`),
        number === null ? '–' : trialLink({ number }),
        detail === null ? '' : t.format(detail),
      ]
    }),
  )}`
}
