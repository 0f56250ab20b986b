import { z } from 'zod'

/** Options of `gp`; the reasons for the defaults stand in `gp.ts`. */
export const gpOptionsSchema = z.strictObject({
  startupTrials: z.int().min(1).max(1000).default(10).describe('option.gp.startupTrials'),
  deterministic: z.boolean().default(false).describe('option.gp.deterministic'),
  limit: z.int().min(100).max(1000).default(300).describe('option.gp.limit'),
})
export type GpOptions = z.output<typeof gpOptionsSchema>
