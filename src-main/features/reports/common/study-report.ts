import type { ReportSection, reportSections } from '../../../core/questions/report.ts'
import type { SectionDefinition } from '../../../reports/sections/section-definition.ts'
import { artifactsSection } from '../../artifacts/common/report-section.ts'
import { bestSection } from '../../../reports/sections/best-trial.ts'
import { curvesSection } from '../../../reports/sections/curves.ts'
import { environmentSection } from '../../../reports/sections/environment.ts'
import { errorsSection } from '../../error-analysis/common/report-section.ts'
import { failuresSection } from '../../../reports/sections/failures.ts'
import { customChartSection } from '../../../reports/sections/custom-chart.ts'
import { historySection } from '../../../reports/sections/history.ts'
import { importanceSection } from '../../../reports/sections/importance.ts'
import { interventionsSection } from '../../interventions/common/report-section.ts'
import { limitsSection } from '../../../reports/sections/limits.ts'
import { methodSection } from '../../../reports/sections/method.ts'
import { parallelSection } from '../../../reports/sections/parallel.ts'
import { paretoSection } from '../../../reports/sections/pareto.ts'
import { repeatSection } from '../../../reports/sections/repeat.ts'
import { slicesSection } from '../../../reports/sections/slices.ts'
import { spaceSection } from '../../../reports/sections/space.ts'
import { fileSection } from '../../../reports/sections/study-file.ts'
import { timelineSection } from '../../../reports/sections/timeline.ts'
import { trialsSection } from '../../../reports/sections/trials-table.ts'
import { verdictSection } from '../../../reports/sections/verdict.ts'
import { writeupSection } from '../../../reports/sections/writeup.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import type { Report } from '../../../reports/blocks/blocks.ts'
import { composeReport } from '../../../reports/sections/compose-report.ts'
import type { ReportOptions } from '../../../reports/sections/report-context.ts'

type Definitions<Ids extends readonly ReportSection[]> = {
  readonly [Index in keyof Ids]: SectionDefinition<Ids[Index]>
}

/**
 * Every section of the report: those of the study, and those that features contribute. Their order is that of `reportSections`, which
 * pages and options know too: the compiler compares both.
 */
const sections: Definitions<typeof reportSections> = [
  verdictSection,
  bestSection,
  historySection,
  paretoSection,
  curvesSection,
  parallelSection,
  slicesSection,
  customChartSection,
  importanceSection,
  errorsSection,
  artifactsSection,
  timelineSection,
  interventionsSection,
  failuresSection,
  spaceSection,
  writeupSection,
  methodSection,
  environmentSection,
  repeatSection,
  limitsSection,
  trialsSection,
  fileSection,
]

/** The report of a study, without a format. The same snapshot and options give the same report. */
export function studyReport(snapshot: StudySnapshot, options: ReportOptions): Report {
  return composeReport(sections, snapshot, options)
}
