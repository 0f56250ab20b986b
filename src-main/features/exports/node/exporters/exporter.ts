import type { BuiltFile } from '../../../../core/processes/query-protocol.ts'
import type { ExportFormatDefinition } from '../../../../core/exporters/export-format.ts'
import type { ExportFormat } from '../../../../core/exporters/registry.ts'
import type { StudySnapshot } from '../../../../core/study/study.ts'
import type { Translate } from '../../../../core/i18n/translate.ts'

/** A form of another program, as the registry lists it: it writes a study as one file. */
export interface ExporterDefinition extends ExportFormatDefinition {
  readonly name: ExportFormat
  /** Its text, which may go to standard output. Absent: it needs a file or a folder, see `write`. */
  text?(snapshot: StudySnapshot, t: Translate): string
  /**
   * Writes it to a place of its own.
   * @returns where it lies
   * @throws AppError `file.exists`, `file.unwritable`, `disk.full`
   */
  write?(
    snapshot: StudySnapshot,
    path: string,
    t: Translate,
    force: boolean,
  ): string | Promise<string>
  /** Whether `write` never replaces what lies there. Default false. */
  readonly overwrites?: boolean
  /** The same as one file for a download. */
  /** @throws AppError `file.tooLarge` */
  build(snapshot: StudySnapshot, t: Translate): BuiltFile | Promise<BuiltFile>
}
