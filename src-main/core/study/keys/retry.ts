import { z } from 'zod'
import { studyKey } from './study-key.ts'

/** How often an attempt is repeated with the same parameters, by class of failure. */
export const retrySchema = z.strictObject({
  code: z.int().min(0).max(10).default(0),
  data: z.int().min(0).max(10).default(0),
  memory: z.int().min(0).max(10).default(0),
  device: z.int().min(0).max(10).default(2),
  timeout: z.int().min(0).max(10).default(0),
  killed: z.int().min(0).max(10).default(2),
  nonFinite: z.int().min(0).max(10).default(0),
})

export const retryKey = studyKey(retrySchema.default(retrySchema.parse({})), { layout: 'oneLine' })
