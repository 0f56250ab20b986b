import { answer } from '../../../core/processes/call.ts'
import { type WhatIf, whatIfRequestSchema } from '../../../core/questions/what-if.ts'
import { ofWork } from '../../../core/questions/request-fields.ts'
import { method } from '../../api/common/method.ts'

/** How the study would have gone with another sampler or pruner. */
export const whatIfMethods = {
  'study.whatIf': method(
    answer<WhatIf>,
    { ...whatIfRequestSchema.shape, ...ofWork },
    { scope: 'read' },
  ),
} as const
