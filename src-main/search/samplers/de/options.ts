import { z } from 'zod'
import { boundRules } from '../../../math/differential-evolution/variation.ts'

/** Options of `de`; the reasons for the defaults stand in `de.ts`. */
export const deOptionsSchema = z.strictObject({
  population: z.int().min(4).max(10_000).default(10).describe('option.de.population'),
  smallestPopulation: z
    .int()
    .min(4)
    .max(10_000)
    .optional()
    .describe('option.de.smallestPopulation'),
  strategy: z
    .enum(['rand1', 'best1', 'currentToBest1', 'currentToPbest1'])
    .default('currentToPbest1')
    .describe('option.de.strategy'),
  adaptation: z.enum(['none', 'jde', 'shade']).default('shade').describe('option.de.adaptation'),
  scale: z.number().gt(0).max(2).default(0.5).describe('option.de.scale'),
  scaleDither: z.number().min(0).max(1).default(0).describe('option.de.scaleDither'),
  rate: z.number().min(0).max(1).default(0.5).describe('option.de.rate'),
  memory: z.int().min(1).max(1000).default(5).describe('option.de.memory'),
  pbest: z.number().gt(0).max(1).default(0.15).describe('option.de.pbest'),
  archive: z.number().min(0).max(10).default(1).describe('option.de.archive'),
  bounds: z.enum(boundRules).default('clip').describe('option.de.bounds'),
  start: z.enum(['latinHypercube', 'random']).default('latinHypercube').describe('option.de.start'),
  avoidRepeats: z.boolean().default(true).describe('option.de.avoidRepeats'),
})
export type DeOptions = z.output<typeof deOptionsSchema>
