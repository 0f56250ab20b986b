import { eventMessage } from '../../core/study/event-message.ts'
import type { EventRecord } from '../../core/study/events.ts'
import { formatMoment } from '../../core/i18n/format-time.ts'
import type { ReportContext } from './report-context.ts'
import type { Block } from '../blocks/blocks.ts'
import { paragraph, table, trialLink } from '../blocks/make-blocks.ts'

/** More rows are read by nobody. */
const MAX_EVENTS = 10_000

/** Events of a study, a row each. */
export function eventTable(
  { t, timeZone }: ReportContext,
  label: string,
  all: readonly EventRecord[],
): readonly Block[] {
  const events = all.slice(-MAX_EVENTS)
  const rows = events.map(event => {
    const { atMs, kind, trialNumber: number } = event
    const detail = eventMessage(event)
    return [
      formatMoment(atMs, timeZone),
      t(`event.${kind}`),
      number === null ? '–' : trialLink({ number }),
      detail === null ? '' : t.format(detail),
    ]
  })
  const shown = { shown: events.length, count: all.length }
  return [
    ...(events.length < all.length ? [paragraph(t('report.timeline.lastEvents', shown))] : []),
    table(t, label, ['time', 'event', '#trial', 'detail'], rows),
  ]
}
