import type { EventRecord } from '../../../contract/events.ts'
import { withReasonText } from '../../../contract/i18n/reasons/reason-text.ts'
import { formatMoment } from '../../../i18n/format-time.ts'
import { table } from '../figure.ts'
import type { Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { detailText, trialLink } from '../values.ts'

/** Events of a study, a row each. */
export function eventTable(
  { t, language }: Pick<ReportContext, 't' | 'language'>,
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
        detailText(withReasonText(event.detail, language)),
      ],
    })),
  )
}
