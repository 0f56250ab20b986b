import { z } from 'zod'

/** Options that PBT and PB2 share. */
export const populationOptions = {
  population: z.int().min(2).max(1_000).default(8).describe('Members that train side by side.'),
  interval: z.int().min(1).default(1).describe('Steps (epochs) between two decisions.'),
  steps: z
    .int()
    .min(1)
    .optional()
    .describe('Steps of a whole training, after which the search ends; absent: stop rules end it.'),
  quantile: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.25)
    .describe('Share of the population that is replaced, and by which it is replaced.'),
  explore: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Parameters that change on the way; by default every float. Others stay as drawn.'),
}

export const pbtOptionsSchema = z.strictObject({
  ...populationOptions,
  exploit: z
    .enum(['truncation', 'tournament'])
    .default('truncation')
    .describe('Who is replaced: the worst by one of the best, or the loser of a pair.'),
  factors: z
    .array(z.number().gt(0))
    .min(2)
    .default([0.8, 1.2])
    .describe('By one of these a changed number is multiplied.'),
  resample: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe('Chance that a changed parameter is drawn anew instead.'),
})
export type PbtOptions = z.output<typeof pbtOptionsSchema>

export const pb2OptionsSchema = z.strictObject(populationOptions)
export type Pb2Options = z.output<typeof pb2OptionsSchema>
