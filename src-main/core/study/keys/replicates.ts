import { z } from 'zod'
import { studyKey } from './study-key.ts'

/** Training a configuration several times, each with another seed: its value is less a matter of luck then. */
const replicatesSchema = z.strictObject({
  count: z.int().min(1).max(100).describe('option.replicates.count'),
  value: z.enum(['mean', 'median']).default('mean').describe('option.replicates.value'),
  seeds: z.enum(['own', 'shared']).optional().describe('option.replicates.seeds'),
})

export const replicatesKey = studyKey(
  replicatesSchema.default({ count: 1, value: 'mean' }).describe('option.study.replicates'),
  { layout: 'oneLine' },
)
