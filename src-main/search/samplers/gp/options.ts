import { z } from 'zod'

/** Options of `gp`; the reasons for the defaults stand in `gp.ts`. */
export const gpOptionsSchema = z.strictObject({
  startupTrials: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Trials with a value before the model is used, 1…1,000. Default 10.'),
  deterministic: z
    .boolean()
    .default(false)
    .describe(
      'Whether the same parameters always give the same value: nothing is then explained as noise. Default false.',
    ),
  limit: z
    .int()
    .min(100)
    .max(1000)
    .default(300)
    .describe(
      'Trials up to which the model takes in all, 100…1,000; beyond, the 50 best and the 50 newest others. Default 300.',
    ),
})
export type GpOptions = z.output<typeof gpOptionsSchema>
