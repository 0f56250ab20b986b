import { defineExportFormat } from '../export-format.ts'

/** Everything about the study. */
export const jsonFormat = defineExportFormat({
  name: 'json',
  endings: ['.json'],
  isUsual: true,
})
