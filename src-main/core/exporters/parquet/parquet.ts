import { defineExportFormat } from '../export-format.ts'

/** The table of the trials with the types of its columns. */
export const parquetFormat = defineExportFormat({
  name: 'parquet',
  endings: ['.parquet'],
})
