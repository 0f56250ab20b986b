import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import type { ExportFormat } from '../../../core/exporters/registry.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { exporters } from './exporters/registry.ts'

/** A study in a form of another program, as one file: a log folder of TensorBoard is a ZIP archive. */
export async function buildExport(
  snapshot: StudySnapshot,
  format: ExportFormat,
  t: Translate,
): Promise<BuiltFile> {
  return exporters[format].build(snapshot, t)
}
