import { exportMetricsCsv } from '../../../../../reports/export/export-metrics-csv.ts'
import { metricsCsvFormat } from '../../../../../core/exporters/metrics-csv/metrics-csv.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** A table of everything that trials reported, a line for each value. */
export const metricsCsvExporter: ExporterDefinition = {
  ...metricsCsvFormat,
  text: exportMetricsCsv,
  build: snapshot => ({
    ending: 'metrics.csv',
    mediaType: 'text/csv',
    content: exportMetricsCsv(snapshot),
  }),
}
