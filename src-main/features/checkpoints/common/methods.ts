import { answer } from '../../../core/processes/call.ts'
import { ofStudy } from '../../../core/questions/request-fields.ts'
import { method } from '../../api/common/method.ts'
import type { CheckpointOverview } from './checkpoints.ts'

/** Checkpoints that a study keeps. */
export const checkpointMethods = {
  'study.checkpoints': method(answer<CheckpointOverview>, ofStudy, { scope: 'read' }),
} as const
