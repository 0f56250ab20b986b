import { z } from 'zod'
import { boundRules } from '../../../math/differential-evolution/variation.ts'

/** Options of `de`; the reasons for the defaults stand in `de.ts`. */
export const deOptionsSchema = z.strictObject({
  population: z.int().min(4).max(10_000).default(10).describe('Members of the population; 10.'),
  smallestPopulation: z
    .int()
    .min(4)
    .max(10_000)
    .optional()
    .describe('The population shrinks to this many over stop.trials. Default: it keeps its size.'),
  strategy: z
    .enum(['rand1', 'best1', 'currentToBest1', 'currentToPbest1'])
    .default('currentToPbest1')
    .describe('What a mutant is made of; crossover is binomial.'),
  adaptation: z
    .enum(['none', 'jde', 'shade'])
    .default('shade')
    .describe('How F and CR are found: as given, inherited, or learnt from successes.'),
  scale: z
    .number()
    .gt(0)
    .max(2)
    .default(0.5)
    .describe('F, to begin with; adaptation none: always. 0.5.'),
  scaleDither: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('adaptation none: F is drawn within scale ± this; 0.'),
  rate: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('CR, to begin with; adaptation none: always. 0.5.'),
  memory: z.int().min(1).max(1000).default(5).describe('shade: entries of its memory; 5.'),
  pbest: z
    .number()
    .gt(0)
    .max(1)
    .default(0.15)
    .describe('currentToPbest1: share of the members that count as best, two at least; 0.15.'),
  archive: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .describe('currentToPbest1: replaced members that are remembered, per member; 1.'),
  bounds: z
    .enum(boundRules)
    .default('clip')
    .describe('What becomes of a coordinate outside its range.'),
  start: z
    .enum(['latinHypercube', 'random'])
    .default('latinHypercube')
    .describe('How the first members are drawn.'),
  avoidRepeats: z
    .boolean()
    .default(true)
    .describe('Vary again when a point of a finite space was tried already.'),
})
export type DeOptions = z.output<typeof deOptionsSchema>
