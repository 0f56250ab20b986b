import { defineExportFormat } from '../export-format.ts'

/** A database of Optuna. */
export const optunaFormat = defineExportFormat({
  name: 'optuna',
  endings: ['.sqlite', '.sqlite3', '.db'],
})
