import type { Language } from '../i18n/language.ts'
import type { AnalysisAnswer, AnalysisQuestion } from './api/analysis.ts'
import type { Comparison, ComparisonRequest } from './api/comparison.ts'
import type { Verification, VerifyRequest } from './api/verification.ts'
import type { WhatIf, WhatIfRequest } from './api/what-if.ts'
import type { ExportFormat, ReportFormat, ReportSection } from './report.ts'

/** What takes too long for the process that writes the database. */
export type QueryTask =
  | {
      readonly kind: 'analysis'
      readonly studyId: number
      /** Null: all. */
      readonly trials: readonly number[] | null
      readonly question: AnalysisQuestion
    }
  | ({ readonly kind: 'comparison' } & ComparisonRequest)
  | ({ readonly kind: 'verify' } & VerifyRequest)
  | ({ readonly kind: 'whatIf' } & WhatIfRequest)
  | {
      readonly kind: 'report'
      readonly studyId: number
      readonly format: ReportFormat
      readonly language: Language
      /** Null: all that say something. */
      readonly sections: readonly ReportSection[] | null
      readonly generatedAtMs: number
    }
  | {
      readonly kind: 'export'
      readonly studyId: number
      readonly format: ExportFormat
      readonly language: Language
    }

export interface QueryAnswers {
  readonly analysis: AnalysisAnswer
  readonly comparison: Comparison
  readonly verify: Verification
  readonly whatIf: WhatIf
  readonly report: BuiltFile
  readonly export: BuiltFile
}

export interface BuiltFile {
  /** Of the file name, without a dot. */
  readonly ending: string
  readonly mediaType: string
  readonly content: string | Uint8Array
}
