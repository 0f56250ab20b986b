import { defineExportFormat } from '../export-format.ts'

/** A table of the trials. */
export const csvFormat = defineExportFormat({
  name: 'csv',
  endings: ['.csv'],
  isUsual: true,
})
