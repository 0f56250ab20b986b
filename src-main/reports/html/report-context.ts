import type { StudyFacts } from '../../analysis/summary/study-facts.ts'
import type { NetworkSketch } from '../../contract/network-sketch.ts'
import type { StudySnapshot } from '../../contract/study.ts'
import type { Language } from '../../i18n/language.ts'
import type { Translate } from '../../i18n/translate.ts'

/** What every section and chart of the report is a function of. */
export interface ReportContext {
  readonly snapshot: StudySnapshot
  readonly facts: StudyFacts
  readonly language: Language
  readonly t: Translate
  /** Milliseconds since 1970. */
  readonly generatedAtMs: number
  /** Version of Tunewright that writes the report. */
  readonly version: string
  /** Of the best trial; absent or null where it has none. */
  readonly network?: NetworkSketch | null
}
