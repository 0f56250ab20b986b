import { z } from 'zod'
import { populationOptions } from '../shared/population-training/options.ts'

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
