import type { BestTrialHeadline } from '../../analysis/summary/best-trial-headline.ts'
import type { StudyOverview } from '../../analysis/summary/summarize-study.ts'
import type { ErrorAnalysis } from '../../core/questions/error-analysis.ts'
import type { EstimatedBest } from '../../core/study/estimated-best.ts'
import type { NetworkSketch } from '../../core/models/network-sketch.ts'
import type { ReportSection } from '../../core/questions/report.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import type { Language } from '../../core/i18n/language.ts'
import type { Translate } from '../../core/i18n/translate.ts'

export interface ReportOptions {
  readonly language: Language
  /** Milliseconds since 1970; stands in the footer. */
  readonly generatedAtMs: number
  /** In which all its times are told, as `Europe/Berlin`; default UTC. */
  readonly timeZone?: string
  /** Version of Tunewright that writes the report. */
  readonly version: string
  /** Of the best trial; absent or null where it has none. */
  readonly network?: NetworkSketch | null
  /** Which trial is probably the best; absent or null where no model can be made. */
  readonly estimatedBest?: EstimatedBest | null
  /** Where samplers and pruners come from, by name; only what a study used is cited. Absent: nothing is. */
  readonly methodCitations?: Readonly<Record<string, string>>
  /** Where the best model errs; absent or null where no predictions are kept. */
  readonly errors?: ErrorAnalysis | null
  /** Small pictures that trials left, JPEG in base 64, by `thumbnailKey`; absent: they were not read. */
  readonly thumbnails?: ReadonlyMap<string, string>
  /** Which sections, in the report's own order; default all that say something about this study. */
  readonly sections?: readonly ReportSection[]
  /** After every section. @param share 0…1 */
  readonly onProgress?: (share: number) => void
}

/** Every section and chart of the report is a function of it. */
export interface ReportContext extends ReportOptions {
  readonly timeZone: string
  readonly snapshot: StudySnapshot
  readonly overview: StudyOverview
  /** Of `overview.best`; null where there is none. */
  readonly headline: BestTrialHeadline | null
  readonly t: Translate
}
