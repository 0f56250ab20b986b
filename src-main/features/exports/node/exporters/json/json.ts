import { exportJson } from '../../../../../reports/export/export-json.ts'
import { jsonFormat } from '../../../../../core/exporters/json/json.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** Everything about the study. */
export const jsonExporter: ExporterDefinition = {
  ...jsonFormat,
  text: exportJson,
  build: (snapshot, t) => ({
    ending: 'json',
    mediaType: 'application/json',
    content: exportJson(snapshot, t),
  }),
}
