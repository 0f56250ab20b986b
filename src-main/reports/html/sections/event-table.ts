import type { EventRecord } from '../../../contract/events.ts'
import { saidWithin } from '../../../i18n/spoken.ts'
import { formatMoment } from '../../../i18n/format-time.ts'
import { table } from '../figure.ts'
import type { Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { detailText, trialLink } from '../values.ts'

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
    events.map(event => ({
      cells: [
        formatMoment(event.atMs),
        t(`event.${event.kind}`),
        event.trialNumber === null ? '–' : trialLink({ number: event.trialNumber }),
        detailText(saidWithin(event.detail, t)),
      ],
    })),
  )
}
