import { z } from 'zod'
import { languages } from '../i18n/language.ts'
import { studyId } from './request-fields.ts'
import { exportFormats } from '../exporters/registry.ts'

/** Sections of a report, in their order. */
export const reportSections = [
  'verdict',
  'best',
  'history',
  'pareto',
  'curves',
  'parallel',
  'slices',
  'customChart',
  'importance',
  'errors',
  'artifacts',
  'timeline',
  'interventions',
  'failures',
  'space',
  'writeup',
  'method',
  'environment',
  'repeat',
  'limits',
  'trials',
  'file',
] as const
export type ReportSection = (typeof reportSections)[number]

/** Formats of reports. */
export const reportFormats = [
  'html',
  'pdf',
  'markdown',
  'latex',
  'csv',
  'json',
  'figures',
  'svg',
] as const
export type ReportFormat = (typeof reportFormats)[number]

/** What is built where a study is read. A PDF is printed by whoever has a browser at hand, from a page for `print`. */
export type BuiltReportFormat = Exclude<ReportFormat, 'pdf'> | 'print'

/**
 * Pages longer than this (characters of HTML; a report of some 400 trials) are printed without the structure that
 * screen readers use: Chromium spends 350 bytes on each cell of a table, 5 MB for 1,000 trials. The HTML report has it in full.
 */
export const MAX_TAGGED_CHARACTERS = 400_000

export const reportRequestSchema = z.strictObject({
  studyId,
  format: z.enum(reportFormats),
  language: z.enum(languages),
  /** Null: all that say something about the study. */
  sections: z.array(z.enum(reportSections)).min(1).max(reportSections.length).nullable(),
})
export type ReportRequest = z.output<typeof reportRequestSchema>

export const exportRequestSchema = z.strictObject({
  studyId,
  format: z.enum(exportFormats),
  language: z.enum(languages),
})
export type ExportRequest = z.output<typeof exportRequestSchema>
