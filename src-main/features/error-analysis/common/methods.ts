import { answer } from '../../../core/processes/call.ts'
import {
  type ErrorAnalysis,
  errorAnalysisRequestSchema,
} from '../../../core/questions/error-analysis.ts'
import { method } from '../../api/common/method.ts'

/** Where models err. */
export const errorAnalysisMethods = {
  /** Where the model of a trial errs; of the best one, where `number` is null. */
  'study.errors': method(answer<ErrorAnalysis>, errorAnalysisRequestSchema.shape, {
    scope: 'read',
  }),
} as const
