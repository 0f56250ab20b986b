import { z } from 'zod'
import { restartRules } from './restarts.ts'

/** Options of `cmaes`; the reasons for the defaults stand in `cmaes.ts`. */
export const cmaesOptionsSchema = z.strictObject({
  covariance: z.enum(['full', 'separable']).default('full').describe('option.cmaes.covariance'),
  constants: z.enum(['active', 'classic']).default('active').describe('option.cmaes.constants'),
  selection: z.enum(['comma', 'plus']).default('comma').describe('option.cmaes.selection'),
  learningRates: z
    .enum(['fixed', 'adaptive'])
    .default('fixed')
    .describe('option.cmaes.learningRates'),
  population: z.int().min(1).max(10_000).optional().describe('option.cmaes.population'),
  sigma: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 6)
    .describe('option.cmaes.sigma'),
  start: z.enum(['centre', 'random']).default('centre').describe('option.catcma.start'),
  restarts: z.enum(restartRules).default('ipop').describe('option.catcma.restarts'),
  margin: z.boolean().default(true).describe('option.cmaes.margin'),
  warmStart: z.int().min(0).default(0).describe('option.catcma.warmStart'),
})
export type CmaesOptions = z.output<typeof cmaesOptionsSchema>
