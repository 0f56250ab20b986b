import { z } from 'zod'
import { minutes } from './minutes.ts'
import { studyKey } from './study-key.ts'

const timeoutSchema = z.strictObject({
  trialMinutes: minutes.optional().describe('option.study.trialMinutes'),
})

export const timeoutKey = studyKey(timeoutSchema.default({}), { layout: 'oneLine' })
