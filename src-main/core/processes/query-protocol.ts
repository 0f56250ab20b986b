import type { QuestionAnswers, QuestionRequestOf } from '../questions/methods.ts'
import type { EnsembleChoice, EnsembleMethod } from '../models/built-model.ts'
import type { Verification } from '../questions/verification.ts'

/** Questions that take too long for the process that writes the database. */
export type QueryTask =
  | ({ readonly kind: 'analysis' } & QuestionRequestOf<'study.analyze'>)
  | ({ readonly kind: 'comparison' } & QuestionRequestOf<'studies.compare'>)
  | ({ readonly kind: 'errors' } & QuestionRequestOf<'study.errors'>)
  | ({ readonly kind: 'testRows' } & QuestionRequestOf<'study.testRows'>)
  | ({ readonly kind: 'testRowsFile' } & QuestionRequestOf<'study.testRowsFile'>)
  | ({ readonly kind: 'verify' } & QuestionRequestOf<'study.verify'>)
  | ({ readonly kind: 'whatIf' } & QuestionRequestOf<'study.whatIf'>)
  | ({
      readonly kind: 'report'
      readonly generatedAtMs: number
    } & QuestionRequestOf<'study.report'>)
  | ({ readonly kind: 'bundle'; readonly atMs: number } & QuestionRequestOf<'study.bundle'>)
  | ({ readonly kind: 'export' } & QuestionRequestOf<'study.export'>)
  /** Absolute paths by name. */
  | { readonly kind: 'backups'; readonly files: Readonly<Record<string, string>> }
  | {
      readonly kind: 'ensemble'
      readonly studyId: number
      readonly method: EnsembleMethod
    }

export interface QueryAnswers {
  readonly analysis: QuestionAnswers['study.analyze']
  readonly comparison: QuestionAnswers['studies.compare']
  readonly errors: QuestionAnswers['study.errors']
  readonly testRows: QuestionAnswers['study.testRows']
  readonly testRowsFile: BuiltFile
  readonly verify: Verification
  readonly whatIf: QuestionAnswers['study.whatIf']
  readonly report: BuiltFile
  readonly export: BuiltFile
  readonly ensemble: EnsembleChoice
  readonly bundle: BuiltFile
  readonly backups: QuestionAnswers['backup.check']
}

export interface BuiltFile {
  /** Of the file name, without a dot. */
  readonly ending: string
  readonly mediaType: string
  readonly content: string | Uint8Array
  /** Drawings that the content links to, by their path beside it. */
  readonly figures?: ReadonlyMap<string, string>
}
