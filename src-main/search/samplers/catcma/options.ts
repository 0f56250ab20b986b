import { z } from 'zod'
import { restartRules } from '../cmaes/restarts.ts'

/** Options of `catcma`; the reasons for the defaults stand in `catcma.ts`. */
export const catcmaOptionsSchema = z.strictObject({
  population: z.int().min(4).max(10_000).optional().describe('option.catcma.population'),
  sigma: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 12)
    .describe('option.catcma.sigma'),
  start: z.enum(['centre', 'random']).default('centre').describe('option.catcma.start'),
  restarts: z.enum(restartRules).default('ipop').describe('option.catcma.restarts'),
  repeats: z.boolean().default(false).describe('option.catcma.repeats'),
  warmStart: z.int().min(0).default(0).describe('option.catcma.warmStart'),
})
export type CatcmaOptions = z.output<typeof catcmaOptionsSchema>
