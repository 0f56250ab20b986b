import { withTexts } from '../../core/i18n/spoken.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { formatCsv } from '../../core/values/csv.ts'

/** Everything that happened, in order: `id`, `at` (ISO 8601, UTC), `kind`, `trial`, `detail` (JSON, messages with their texts). */
export function exportEventsCsv({ events }: StudySnapshot, t: Translate): string {
  return formatCsv([
    ['id', 'at', 'kind', 'trial', 'detail'],
    ...events.map(({ id, atMs, kind, trialNumber, detail }) => [
      id,
      new Date(atMs).toISOString(),
      kind,
      trialNumber,
      JSON.stringify(detail, withTexts(t)),
    ]),
  ])
}
