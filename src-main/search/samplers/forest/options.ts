import { z } from 'zod'

/** Options of `forest`; the reasons for the defaults stand in `forest.ts`. */
export const forestOptionsSchema = z.strictObject({
  startupTrials: z
    .int()
    .min(2)
    .max(1000)
    .default(10)
    .describe(
      "Trials with a value before the model is used: points of Sobol's sequence. Default 10.",
    ),
  trees: z.int().min(2).max(500).default(30).describe('Trees of the forest, 2…500. Default 30.'),
  costs: z
    .enum(['log', 'raw'])
    .default('log')
    .describe(
      'log models the logarithm of the distance to the best value, so that differences among good trials count; raw the values themselves. Default log.',
    ),
  randomEvery: z
    .int()
    .min(0)
    .max(1000)
    .default(10)
    .describe('Every so many trials one is drawn at random; 0: none. Default 10.'),
  limit: z
    .int()
    .min(20)
    .max(10_000)
    .default(200)
    .describe(
      'Trials that the model takes; of more the best, the newest and a sample. Default 200.',
    ),
})
export type ForestOptions = z.output<typeof forestOptionsSchema>
