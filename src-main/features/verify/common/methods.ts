import { answer } from '../../../core/processes/call.ts'
import { ofStudy } from '../../../core/questions/request-fields.ts'
import {
  type VerificationState,
  verifyRequestSchema,
} from '../../../core/questions/verification.ts'
import { method } from '../../api/common/method.ts'

/** Whether the record of a study holds. */
export const verifyMethods = {
  'study.verification': method(answer<VerificationState>, ofStudy, { scope: 'read' }),
  'study.stopVerifying': method(answer<null>, ofStudy, { scope: 'start' }),
  /** Has begun; how far it is says `study.verification`. */
  'study.verify': method(answer<null>, verifyRequestSchema.shape, { scope: 'start' }),
} as const
