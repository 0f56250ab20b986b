import { z } from 'zod'

/** Options that PBT and PB2 share. */
export const populationOptions = {
  population: z.int().min(2).max(1_000).default(8).describe('option.pbt.population'),
  interval: z.int().min(1).default(1).describe('option.pbt.interval'),
  steps: z.int().min(1).optional().describe('option.pbt.steps'),
  quantile: z.number().gt(0).max(0.5).default(0.25).describe('option.pbt.quantile'),
  explore: z.array(z.string().min(1)).min(1).optional().describe('option.pbt.explore'),
}
