import { z } from 'zod'
import { minutes } from './minutes.ts'
import { studyKey } from './study-key.ts'

/** Of one study. */
export const MAX_TRIALS = 1_000_000

export const stopSchema = z
  .strictObject({
    trials: z.int().min(1).max(MAX_TRIALS).optional().describe('option.stop.trials'),
    minutes: minutes.optional().describe('option.stop.minutes'),
    runningTrials: z.enum(['stop', 'finish']).optional().describe('option.stop.runningTrials'),
    target: z.number().optional().describe('option.stop.target'),
    stagnation: z.int().min(1).optional().describe('option.stop.stagnation'),
    epochs: z.int().min(1).optional().describe('option.stop.epochs'),
    regretBound: z.number().gt(0).optional().describe('option.stop.regretBound'),
    emmr: z.number().gt(0).lt(1).optional().describe('option.stop.emmr'),
    failures: z.int().min(1).default(5).describe('option.stop.failures'),
  })
  .describe('option.study.stop')

export const stopKey = studyKey(stopSchema, { layout: 'oneLine' })
