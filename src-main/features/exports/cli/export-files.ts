import type { ExportFormat } from '../../../core/exporters/registry.ts'
import { exporters } from '../node/exporters/registry.ts'
import type { OutputFiles } from '../../command-line/output-format.ts'

export const exportFiles: OutputFiles<ExportFormat> = {
  option: 'FILE',
  endings: Object.fromEntries(
    Object.values(exporters).map(({ name, endings }) => [name, endings]),
  ) as Record<ExportFormat, readonly string[]>,
  usual: Object.values(exporters).flatMap(({ name, isUsual }) => (isUsual === true ? [name] : [])),
}
