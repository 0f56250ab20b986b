import type { MessageKey } from '../../core/i18n/message.ts'
import type { ReportSection } from '../../core/questions/report.ts'
import type { Block } from '../blocks/blocks.ts'
import type { ReportContext } from './report-context.ts'

/** A section of the report: `features/reports/common/study-report.ts` lists them. */
export interface SectionDefinition<Id extends ReportSection = ReportSection> {
  readonly id: Id
  readonly heading: MessageKey
  /** It shows every trial as it was, those too that a person took out of the search. */
  readonly showsWholeRecord?: boolean
  /** Whether it says nothing about a study; it is left out then, unless it was asked for. */
  readonly isEmpty?: (context: ReportContext) => boolean
  readonly build: (context: ReportContext) => readonly Block[]
}
