import type { SerializedError } from './errors.ts'
import type { Verification, VerifyRequest } from './api/verification.ts'
import type { WhatIf, WhatIfRequest } from './api/what-if.ts'
import type { Language } from '../i18n/language.ts'
import type { ExportFormat, ReportFormat, ReportSection } from './report.ts'

/**
 * Messages between main and an inquiry process: one question that takes long, after which main ends the process.
 *
 *   main → ask · inquiry → retraining* → answered | failed
 */
export type InquiryTask =
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
  | { readonly kind: 'export'; readonly studyId: number; readonly format: ExportFormat }

export interface BuiltFile {
  /** Of the file name, without a dot. */
  readonly ending: string
  readonly mediaType: string
  readonly content: string | Uint8Array
}

export interface InquiryAnswers {
  readonly verify: Verification
  readonly whatIf: WhatIf
  readonly report: BuiltFile
  readonly export: BuiltFile
}

export interface ToInquiry {
  readonly type: 'ask'
  readonly databasePath: string
  readonly task: InquiryTask
}

export type FromInquiry =
  | { readonly type: 'retraining'; readonly number: number }
  | { readonly type: 'answered'; readonly answer: InquiryAnswers[InquiryTask['kind']] }
  | { readonly type: 'failed'; readonly error: SerializedError }
