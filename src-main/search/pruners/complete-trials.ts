import { z } from 'zod'

/** Options of pruners that compare a trial with the complete ones: from how many on they do. */
export const startupTrials = z
  .int()
  .min(0)
  .default(5)
  .describe('option.completeTrials.startupTrials')

export const minTrials = z.int().min(1).default(1).describe('option.completeTrials.minTrials')
