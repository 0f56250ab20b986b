import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { renderHtml } from '../../src-main/reports/html/render-html.ts'
import { studyReport } from '../../src-main/features/reports/common/study-report.ts'
import type { ReportOptions } from '../../src-main/reports/sections/report-context.ts'

/** The report of a study as a page. */
export function buildHtmlReport(snapshot: StudySnapshot, options: ReportOptions): string {
  return renderHtml(studyReport(snapshot, options))
}
