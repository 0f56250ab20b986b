import type { StudySnapshot } from '../../contract/study.ts'
import { formatCsv } from './csv.ts'

/** Everything that happened, in order: `id`, `at` (ISO 8601, UTC), `kind`, `trial`, `detail` (JSON). */
export function exportEventsCsv({ events }: StudySnapshot): string {
  return formatCsv([
    ['id', 'at', 'kind', 'trial', 'detail'],
    ...events.map(({ id, atMs, kind, trialNumber, detail }) => [
      id,
      new Date(atMs).toISOString(),
      kind,
      trialNumber,
      JSON.stringify(detail),
    ]),
  ])
}
