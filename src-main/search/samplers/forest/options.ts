import { z } from 'zod'

/** Options of `forest`; the reasons for the defaults stand in `forest.ts`. */
export const forestOptionsSchema = z.strictObject({
  startupTrials: z.int().min(2).max(1000).default(10).describe('option.forest.startupTrials'),
  trees: z.int().min(2).max(500).default(30).describe('option.forest.trees'),
  costs: z.enum(['log', 'raw']).default('log').describe('option.forest.costs'),
  randomEvery: z.int().min(0).max(1000).default(10).describe('option.forest.randomEvery'),
  limit: z.int().min(20).max(10_000).default(200).describe('option.forest.limit'),
})
export type ForestOptions = z.output<typeof forestOptionsSchema>
