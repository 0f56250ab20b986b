import type { ReportSection, reportSections } from '../../core/questions/report.ts'
import type { SectionDefinition } from './section-definition.ts'
import { artifactsSection } from './artifacts.ts'
import { bestSection } from './best-trial.ts'
import { curvesSection } from './curves.ts'
import { environmentSection } from './environment.ts'
import { errorsSection } from './errors.ts'
import { failuresSection } from './failures.ts'
import { customChartSection } from './custom-chart.ts'
import { historySection } from './history.ts'
import { importanceSection } from './importance.ts'
import { interventionsSection } from './interventions.ts'
import { limitsSection } from './limits.ts'
import { methodSection } from './method.ts'
import { parallelSection } from './parallel.ts'
import { paretoSection } from './pareto.ts'
import { repeatSection } from './repeat.ts'
import { slicesSection } from './slices.ts'
import { spaceSection } from './space.ts'
import { fileSection } from './study-file.ts'
import { timelineSection } from './timeline.ts'
import { trialsSection } from './trials-table.ts'
import { verdictSection } from './verdict.ts'
import { writeupSection } from './writeup.ts'

type Definitions<Ids extends readonly ReportSection[]> = {
  readonly [Index in keyof Ids]: SectionDefinition<Ids[Index]>
}

/** Every section of the report. Their order is that of `reportSections`, which pages and options know too: the compiler compares both. */
export const sections: Definitions<typeof reportSections> = [
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
