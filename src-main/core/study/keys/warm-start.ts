import { z } from 'zod'
import { nameSchema } from './name.ts'
import { studyKey } from './study-key.ts'

const warmStartSchema = z.strictObject({
  study: nameSchema.describe('option.warmStart.study'),
  id: z.int().min(1).optional().describe('option.warmStart.id'),
  trials: z.int().min(1).optional().describe('option.warmStart.trials'),
  without: z.array(z.int().min(0)).default([]).describe('option.warmStart.without'),
  data: z.enum(['same', 'other']).optional().describe('option.warmStart.data'),
})

export const warmStartKey = studyKey(
  z.array(warmStartSchema).max(20).default([]).describe('option.study.warmStart'),
  { layout: 'linePerEntry' },
)
