import { answer } from '../../../core/processes/call.ts'
import { type AnalysisAnswer, analysisRequestSchema } from '../../../core/questions/analysis.ts'
import { type Comparison, comparisonRequestSchema } from '../../../core/questions/comparison.ts'
import { ofWork, studyId, workTicket } from '../../../core/questions/request-fields.ts'
import { customChartSchema } from '../../../core/study/custom-chart.ts'
import { type TrialView, trialViewSchema } from '../../../core/study/trial-view.ts'
import { method } from '../../api/common/method.ts'

/** What analysis says of studies, and which chart and which views of its trials a person wants to keep of one. */
export const analysisMethods = {
  'study.analyze': method(answer<AnalysisAnswer>, analysisRequestSchema.shape, { scope: 'read' }),
  /** Ends every analysis of a study that is being computed; who waits for one gets `child.gone`. */
  'study.cancelAnalyses': method(answer<null>, { studyId }, { scope: 'read' }),
  'studies.compare': method(
    answer<Comparison>,
    { ...comparisonRequestSchema.shape, ...ofWork },
    { scope: 'read' },
  ),
  /** Ends a comparison, simulation, report or file that is being made; its request then fails. One that has ended already is none. */
  'study.cancelWork': method(answer<null>, { ticket: workTicket }, { scope: 'read' }),
  /** The custom chart of a study, which its report draws, too; null: none. */
  'study.keepChart': method(
    answer<null>,
    { studyId, chart: customChartSchema.nullable() },
    { scope: 'steer' },
  ),
  /**
   * Adds a view of the table of trials, replaces or renames the one called `name`, or removes it with null. Answers all views that the
   * study has then.
   */
  'study.keepTrialView': method(
    answer<readonly TrialView[]>,
    { studyId, name: trialViewSchema.shape.name, view: trialViewSchema.nullable() },
    { scope: 'steer' },
  ),
} as const
