import { z } from 'zod'

/** Options that PBT and PB2 share. */
const populationOptions = {
  population: z.int().min(2).max(1_000).default(8).describe('option.pbt.population'),
  interval: z.int().min(1).default(1).describe('option.pbt.interval'),
  steps: z.int().min(1).optional().describe('option.pbt.steps'),
  quantile: z.number().gt(0).max(0.5).default(0.25).describe('option.pbt.quantile'),
  explore: z.array(z.string().min(1)).min(1).optional().describe('option.pbt.explore'),
}

export const pbtOptionsSchema = z.strictObject({
  ...populationOptions,
  exploit: z
    .enum(['truncation', 'tournament'])
    .default('truncation')
    .describe('option.pbt.exploit'),
  factors: z.array(z.number().gt(0)).min(2).default([0.8, 1.2]).describe('option.pbt.factors'),
  resample: z.number().min(0).max(1).default(0.25).describe('option.pbt.resample'),
})
export type PbtOptions = z.output<typeof pbtOptionsSchema>

export const pb2OptionsSchema = z.strictObject(populationOptions)
export type Pb2Options = z.output<typeof pb2OptionsSchema>
