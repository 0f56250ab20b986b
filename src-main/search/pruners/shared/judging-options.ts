import { z } from 'zod'
import type { Report } from '../../../core/trial/trial.ts'

/** Options of pruners that judge at regular steps. */
export const judgingIntervalShape = {
  warmupSteps: z.int().min(0).default(0).describe('option.judgingInterval.warmupSteps'),
  intervalSteps: z.int().min(1).default(1).describe('option.judgingInterval.intervalSteps'),
}

export interface JudgingInterval {
  readonly warmupSteps: number
  readonly intervalSteps: number
}

/** Whether the last report is past the warm-up and the first of its interval. */
export function isJudged(reports: readonly Report[], interval: JudgingInterval): boolean {
  const { warmupSteps, intervalSteps } = interval
  const step = reports.at(-1)?.step
  if (step === undefined || step < warmupSteps) return false
  const start = Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps
  return (reports.at(-2)?.step ?? -1) < start
}

/** Options of pruners that compare a trial with the complete ones: from how many on they do. */
export const startupTrials = z
  .int()
  .min(0)
  .default(5)
  .describe('option.completeTrials.startupTrials')

export const minTrials = z.int().min(1).default(1).describe('option.completeTrials.minTrials')
