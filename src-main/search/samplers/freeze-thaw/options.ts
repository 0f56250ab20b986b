import { z } from 'zod'

export const freezeThawOptionsSchema = z.strictObject({
  steps: z.int().min(2).describe('option.freezeThaw.steps'),
  firstIncrement: z.int().min(1).default(1).describe('option.freezeThaw.firstIncrement'),
  growth: z.number().gt(1).max(10).default(1.5).describe('option.freezeThaw.growth'),
  startupTrials: z.int().min(1).default(10).describe('option.freezeThaw.startupTrials'),
  increments: z.boolean().default(true).describe('option.freezeThaw.increments'),
})
export type FreezeThawOptions = z.output<typeof freezeThawOptionsSchema>
