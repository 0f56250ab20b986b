import { defineExportFormat } from '../export-format.ts'

/** A log folder of TensorBoard as a ZIP archive. */
export const tensorboardFormat = defineExportFormat({
  name: 'tensorboard',
  endings: [],
})
