import { exportCsv } from '../../../../../reports/export/export-csv.ts'
import { csvFormat } from '../../../../../core/exporters/csv/csv.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** A table of the trials. */
export const csvExporter: ExporterDefinition = {
  ...csvFormat,
  text: exportCsv,
  build: (snapshot, t) => ({
    ending: 'csv',
    mediaType: 'text/csv',
    content: exportCsv(snapshot, t),
  }),
}
