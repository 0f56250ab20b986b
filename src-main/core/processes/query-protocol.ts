import type { EnsembleChoice, EnsembleMethod } from '../models/built-model.ts'
import type { AnalysisAnswer, AnalysisRequest } from '../questions/analysis.ts'
import type { Comparison, ComparisonRequest } from '../questions/comparison.ts'
import type { ErrorAnalysis, ErrorAnalysisRequest } from '../questions/error-analysis.ts'
import type { BuiltReportFormat, ExportRequest, ReportRequest } from '../questions/report.ts'
import type { TestRowsRequest, TestRowTable } from '../questions/test-rows.ts'
import type { Verification, VerifyRequest } from '../questions/verification.ts'
import type { WhatIf, WhatIfRequest } from '../questions/what-if.ts'
import type { BackupCheck } from '../storage/backups.ts'

/** Questions that take too long for the process that writes the database. */
export type QueryTask =
  | ({ readonly kind: 'analysis' } & AnalysisRequest)
  | ({ readonly kind: 'comparison' } & ComparisonRequest)
  | ({ readonly kind: 'errors' } & ErrorAnalysisRequest)
  | ({ readonly kind: 'testRows' } & TestRowsRequest)
  | { readonly kind: 'testRowsFile'; readonly studyId: number }
  | ({ readonly kind: 'verify' } & VerifyRequest)
  | ({ readonly kind: 'whatIf' } & WhatIfRequest)
  | ({
      readonly kind: 'report'
      readonly format: BuiltReportFormat
      readonly generatedAtMs: number
    } & Omit<ReportRequest, 'format'>)
  | { readonly kind: 'bundle'; readonly studyId: number; readonly atMs: number }
  | ({ readonly kind: 'export' } & ExportRequest)
  /** Absolute paths by name. */
  | { readonly kind: 'backups'; readonly files: Readonly<Record<string, string>> }
  | {
      readonly kind: 'ensemble'
      readonly studyId: number
      readonly method: EnsembleMethod
    }

export interface QueryAnswers {
  readonly analysis: AnalysisAnswer
  readonly comparison: Comparison
  readonly errors: ErrorAnalysis
  readonly testRows: TestRowTable
  readonly testRowsFile: BuiltFile
  readonly verify: Verification
  readonly whatIf: WhatIf
  readonly report: BuiltFile
  readonly export: BuiltFile
  readonly ensemble: EnsembleChoice
  readonly bundle: BuiltFile
  readonly backups: Readonly<Record<string, BackupCheck>>
}

export interface BuiltFile {
  /** Of the file name, without a dot. */
  readonly ending: string
  readonly mediaType: string
  readonly content: string | Uint8Array
  /** Drawings that the content links to, by their path beside it. */
  readonly figures?: ReadonlyMap<string, string>
}
