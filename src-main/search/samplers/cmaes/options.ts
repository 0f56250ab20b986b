import { z } from 'zod'
import { restartRules } from './restarts.ts'

/** Options of `cmaes`; the reasons for the defaults stand in `cmaes.ts`. */
export const cmaesOptionsSchema = z.strictObject({
  covariance: z
    .enum(['full', 'separable'])
    .default('full')
    .describe(
      'full learns correlations between parameters; separable only their scales, for more than about 100 parameters. Default full.',
    ),
  constants: z
    .enum(['active', 'classic'])
    .default('active')
    .describe(
      'active also learns from the worse half of a generation; classic has the constants of DEAP. Full covariance, comma selection only. Default active.',
    ),
  selection: z
    .enum(['comma', 'plus'])
    .default('comma')
    .describe(
      'comma moves the mean to the better half of every generation; plus stays at the best point so far, the (1+λ) strategy. Default comma.',
    ),
  learningRates: z
    .enum(['fixed', 'adaptive'])
    .default('fixed')
    .describe(
      'adaptive follows updates only as far as they are clear beside their noise: for noisy or many-peaked objectives. Full covariance, comma selection only. Default fixed.',
    ),
  population: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Trials per generation, 4…10,000, with plus selection from 1. Default 4 + ⌊3 ln d⌋ for d varied parameters; plus: 1.',
    ),
  sigma: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 6)
    .describe('Initial step size as a share of every range, 0…1. Default 1/6.'),
  start: z
    .enum(['centre', 'random'])
    .default('centre')
    .describe('Where the first run begins; restarts begin at random points. Default centre.'),
  restarts: z
    .enum(restartRules)
    .default('ipop')
    .describe(
      'What follows when a run has converged: ipop begins again with twice the population, bipop takes turns between that and small runs, none goes on. Default ipop.',
    ),
  margin: z
    .boolean()
    .default(true)
    .describe('Keep integers, steps and ordinals from freezing. Default true.'),
  warmStart: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'So many first trials are spread over the space; the search begins where the best of them are. Default 0.',
    ),
})
export type CmaesOptions = z.output<typeof cmaesOptionsSchema>
