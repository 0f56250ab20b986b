import { defineExportFormat } from '../export-format.ts'

/** A table of everything that trials reported, a line for each value. */
export const metricsCsvFormat = defineExportFormat({
  name: 'metrics-csv',
  endings: ['.csv'],
})
