import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { Report, TrialSnapshot } from '../../../core/trial/trial.ts'
import type { PrunerContext } from '../pruner.ts'
import { lastStepOf } from './reports.ts'

const intervalSteps = z.int().min(1).default(1).describe('option.judgingInterval.intervalSteps')

/** Options of pruners that judge at regular steps, each trial by itself. */
export const judgingIntervalShape = {
  warmupSteps: z.int().min(0).default(0).describe('option.judgingInterval.warmupSteps'),
  intervalSteps,
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

/** The share of a training that says too little, where a study names neither steps nor another share; how it was chosen: docs/pruners.md. */
const USUAL_WARMUP_SHARE = 0.2

/**
 * Options of pruners that compare a trial with complete ones at equal steps. The warm-up follows the length of the training unless
 * `warmupSteps` names a step: the first rounds of boosting only show the shrinkage, the first epochs the learning rate.
 */
export const comparisonShape = {
  startupTrials: z.int().min(0).default(5).describe('option.completeTrials.startupTrials'),
  warmupSteps: z.int().min(0).optional().describe('option.comparison.warmupSteps'),
  warmupShare: z.number().min(0).max(1).optional().describe('option.comparison.warmupShare'),
  intervalSteps,
  minTrials: z.int().min(1).default(1).describe('option.completeTrials.minTrials'),
}

interface Warmup {
  readonly warmupSteps?: number | undefined
  readonly warmupShare?: number | undefined
}

/** A warm-up is either steps or a share. */
export function checkWarmup({ warmupSteps, warmupShare }: Warmup): readonly Problem[] {
  if (warmupSteps === undefined || warmupShare === undefined) return []
  const rule = msg('rule.notTogetherWith', { option: 'warmupSteps' })
  return [{ path: ['pruner', 'warmupShare'], value: warmupShare, rule }]
}

/** How long complete trials were. */
export interface CompleteLength {
  /** The last step of the longest. */
  readonly longest: number
  /** None went on beyond the steps that it had planned: it counts them as its study does. */
  readonly isAsPlanned: boolean
}

export const NO_LENGTH: CompleteLength = { longest: 0, isAsPlanned: true }

/** With one more complete trial. */
export function withLength(
  { longest, isAsPlanned }: CompleteLength,
  complete: TrialSnapshot,
  { plannedSteps = () => null }: Pick<PrunerContext, 'plannedSteps'>,
): CompleteLength {
  const last = lastStepOf(complete) ?? 0
  return {
    longest: Math.max(longest, last),
    isAsPlanned: isAsPlanned && last <= (plannedSteps(complete) ?? Infinity),
  }
}

/**
 * The first step at which a trial may be judged: `warmupSteps`, else a share of its whole training, rounded up. How long that
 * is says the study (epochs, rounds, steps of a function); where it does not, or where complete trials went on beyond what it says
 * because they count otherwise, the longest complete trial does. 0 while nothing says.
 * @param complete of the trials that it is compared with
 */
export function firstJudgedStep(
  { warmupSteps, warmupShare = USUAL_WARMUP_SHARE }: Warmup,
  trial: TrialSnapshot,
  { longest, isAsPlanned }: CompleteLength,
  { plannedSteps = () => null }: Pick<PrunerContext, 'plannedSteps'>,
): number {
  if (warmupSteps !== undefined) return warmupSteps
  const planned = isAsPlanned ? plannedSteps(trial) : null
  return Math.ceil(warmupShare * (planned ?? longest))
}
