import { z } from 'zod'
import { languages } from '../i18n/language.ts'
import { type AnswersOf, answer, call } from '../processes/call.ts'
import { exportFormats, reportFormats, reportSections } from './report.ts'
import type { BackupCheck } from '../storage/backups.ts'
import { type AnalysisAnswer, analysisQuestionSchema, trialChoiceSchema } from './analysis.ts'
import { type Comparison, comparisonRequestSchema } from './comparison.ts'
import type { ErrorAnalysis } from './error-analysis.ts'
import type { TestRowTable } from './test-rows.ts'
import { verifyRequestSchema } from './verification.ts'
import { type WhatIf, whatIfRequestSchema } from './what-if.ts'

const studyId = z.int().min(1)
const trialNumber = z.int().min(0).max(10_000_000)
const ofStudy = { studyId }

/** Something finished that the face offers as a file. */
export interface ExportedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly content: string
  /** How `content` holds the bytes: as UTF-8 text, or in base 64. */
  readonly encoding: 'text' | 'base64'
}

/** Methods whose answers take too long for the process that writes the database: a process of its own answers them. */
export const questionRequests = {
  'study.analyze': call(answer<AnalysisAnswer>, {
    studyId,
    trials: trialChoiceSchema,
    question: analysisQuestionSchema,
  }),
  'studies.compare': call(answer<Comparison>, comparisonRequestSchema.shape),
  'study.report': call(answer<ExportedFile>, {
    studyId,
    format: z.enum(reportFormats),
    language: z.enum(languages),
    /** Null: all that say something about the study. */
    sections: z.array(z.enum(reportSections)).min(1).max(reportSections.length).nullable(),
  }),
  'study.export': call(answer<ExportedFile>, {
    studyId,
    format: z.enum(exportFormats),
    language: z.enum(languages),
  }),
  /** With models, checkpoints and logs, as one file. */
  'study.bundle': call(answer<ExportedFile>, ofStudy),
  /** Has begun; how far it is says `study.verification`. */
  'study.verify': call(answer<null>, verifyRequestSchema.shape),
  /** Where the model of a trial errs; of the best one, where `number` is null. */
  'study.errors': call(answer<ErrorAnalysis>, {
    studyId,
    number: trialNumber.nullable(),
    /** Rows in each list. */
    limit: z.int().min(1).max(1_000),
  }),
  /** The first rows that a study over a table holds back, with predictions. */
  'study.testRows': call(answer<TestRowTable>, { studyId, limit: z.int().min(1).max(1_000) }),
  /** All of them, as CSV. */
  'study.testRowsFile': call(answer<ExportedFile>, ofStudy),
  'study.whatIf': call(answer<WhatIf>, whatIfRequestSchema.shape),
  /** By name; takes as long as all of them are read. */
  'backup.check': call(answer<Readonly<Record<string, BackupCheck>>>, {}),
} as const

export type QuestionRequestOf<Name extends keyof typeof questionRequests> = z.output<
  (typeof questionRequests)[Name]
>
export type QuestionAnswers = AnswersOf<typeof questionRequests>
