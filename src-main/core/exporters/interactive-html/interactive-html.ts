import { defineExportFormat } from '../export-format.ts'

/** A page to share: its trials can be filtered, sorted and drawn without a server. */
export const interactiveHtmlFormat = defineExportFormat({
  name: 'interactive-html',
  endings: ['.html', '.htm'],
  isUsual: true,
})
