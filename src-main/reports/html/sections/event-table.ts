import { eventFact } from '../../../contract/event-fact.ts'
import type { EventRecord } from '../../../contract/events.ts'
import { formatMoment } from '../../../i18n/format-time.ts'
import { table } from '../figure.ts'
import type { Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { trialLink } from '../values.ts'

/** Events of a study, a row each. */
export function eventTable(
  { t }: Pick<ReportContext, 't'>,
  label: string,
  events: readonly EventRecord[],
): Markup {
  return table(
    label,
    [
      { title: t('report.column.time') },
      { title: t('report.column.event') },
      { title: t('report.column.trial'), numeric: true },
      { title: t('report.column.detail') },
    ],
    events.map(event => {
      const { atMs, kind, trialNumber: number } = event
      const detail = eventFact(event)
      return {
        cells: [
          formatMoment(atMs),
          t(`event.${kind}`),
          number === null ? '–' : trialLink({ number }),
          detail === null ? '' : t.say(detail),
        ],
      }
    }),
  )
}
