import type { Answers, RequestOf } from './api/methods.ts'
import type { EnsembleChoice, EnsembleMethod } from './built-model.ts'
import type { Verification } from './api/verification.ts'

/** Questions that take too long for the process that writes the database. */
export type QueryTask =
  | ({ readonly kind: 'analysis' } & RequestOf<'study.analyse'>)
  | ({ readonly kind: 'comparison' } & RequestOf<'studies.compare'>)
  | ({ readonly kind: 'errors' } & RequestOf<'study.errors'>)
  | ({ readonly kind: 'testRows' } & RequestOf<'study.testRows'>)
  | ({ readonly kind: 'testRowsFile' } & RequestOf<'study.testRowsFile'>)
  | ({ readonly kind: 'verify' } & RequestOf<'study.verify'>)
  | ({ readonly kind: 'whatIf' } & RequestOf<'study.whatIf'>)
  | ({ readonly kind: 'report'; readonly generatedAtMs: number } & RequestOf<'study.report'>)
  | ({ readonly kind: 'bundle'; readonly atMs: number } & RequestOf<'study.bundle'>)
  | ({ readonly kind: 'export' } & RequestOf<'study.export'>)
  /** Absolute paths by name. */
  | { readonly kind: 'backups'; readonly files: Readonly<Record<string, string>> }
  | {
      readonly kind: 'ensemble'
      readonly studyId: number
      readonly method: EnsembleMethod
    }

export interface QueryAnswers {
  readonly analysis: Answers['study.analyse']
  readonly comparison: Answers['studies.compare']
  readonly errors: Answers['study.errors']
  readonly testRows: Answers['study.testRows']
  readonly testRowsFile: BuiltFile
  readonly verify: Verification
  readonly whatIf: Answers['study.whatIf']
  readonly report: BuiltFile
  readonly export: BuiltFile
  readonly ensemble: EnsembleChoice
  readonly bundle: BuiltFile
  readonly backups: Answers['backup.check']
}

export interface BuiltFile {
  /** Of the file name, without a dot. */
  readonly ending: string
  readonly mediaType: string
  readonly content: string | Uint8Array
  /** Drawings that the content links to, by their path beside it. */
  readonly figures?: ReadonlyMap<string, string>
}
