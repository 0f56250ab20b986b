import { z } from 'zod'
import { restartRules } from '../cmaes/restarts.ts'

/** Options of `catcma`; the reasons for the defaults stand in `catcma.ts`. */
export const catcmaOptionsSchema = z.strictObject({
  population: z
    .int()
    .min(4)
    .max(10_000)
    .optional()
    .describe('Trials per generation, 4…10,000. Default 4 + ⌊3 ln d⌋ for d varied parameters.'),
  sigma: z
    .number()
    .gt(0)
    .max(1)
    .default(1 / 12)
    .describe(
      'First standard deviation as a share of every range, 0…1; ints, steps and ordinals start with 1.2 times as much. Default 1/12.',
    ),
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
  repeats: z
    .boolean()
    .default(false)
    .describe(
      'Whether points are tried again that already have a result; otherwise that result counts again without a trial. For noisy objectives. Default false.',
    ),
  warmStart: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'So many first trials are spread over the space; the search begins where the best of them are. Default 0.',
    ),
})
export type CatcmaOptions = z.output<typeof catcmaOptionsSchema>
