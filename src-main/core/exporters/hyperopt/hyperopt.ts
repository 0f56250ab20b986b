import { defineExportFormat } from '../export-format.ts'

/** Trials as Hyperopt keeps them. */
export const hyperoptFormat = defineExportFormat({
  name: 'hyperopt',
  endings: ['.json'],
})
