import type { scheduleNames } from '../tasks/training-hyperparameters.ts'

export type ScheduleName = (typeof scheduleNames)[number]

export interface ScheduleOptions {
  readonly schedule: ScheduleName
  /** The highest rate. */
  readonly learningRate: number
  /** Steps in which the rate rises linearly to its highest value. */
  readonly warmupSteps: number
  readonly totalSteps: number
}

/** `step`: this factor after half and after three quarters of the steps. */
const DROP_FACTOR = 0.1
const dropPoints = [0.5, 0.75] as const
/** `oneCycle`: it starts at this share of the highest rate, and ends at that one of the first. */
const CYCLE_START = 1 / 25
const CYCLE_END = 1 / 25 / 1e4
/** Share of all steps in which the cycle rises. */
const CYCLE_RISE = 0.3
/** `exponential`: the rate ends at this share of its highest value. */
const LAST_SHARE = 0.01

/**
 * The learning rate of a step (from 0). With p, the share of the steps after warm-up that are done:
 *
 * - constant: η
 * - step: η · 0.1 from p = ½, η · 0.01 from p = ¾
 * - linear: η · (1 − p)
 * - cosine: η · (1 + cos πp) / 2, Loshchilov, Hutter: SGDR. ICLR 2017, arXiv:1608.03983, equation 5 with T_mult none
 * - exponential: η · 0.01^p
 * - oneCycle: from η/25 up to η in the first 30 % of the steps, then down to η/250,000, both along half a cosine; with
 *   a warm-up, that is the rise. Smith, Topin: Super-convergence, 2017, arXiv:1708.07120; shares, ends and roundings as
 *   in PyTorch's OneCycleLR.
 *
 * Warm-up: η · (step + 1) / warmupSteps, Goyal et al.: Accurate, large minibatch SGD, 2017, arXiv:1706.02677, section 2.2.
 */
export function learningRateAt(options: ScheduleOptions, step: number): number {
  const { schedule, learningRate, warmupSteps, totalSteps } = options
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps)
  switch (schedule) {
    case 'constant':
      return learningRate
    case 'step':
      return learningRate * DROP_FACTOR ** dropPoints.filter(point => progress >= point).length
    case 'linear':
      return learningRate * (1 - progress)
    case 'cosine':
      return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2
    case 'exponential':
      return learningRate * LAST_SHARE ** progress
    case 'oneCycle':
      return learningRate * cycleShare(step, warmupSteps, totalSteps)
  }
}

function cycleShare(step: number, warmupSteps: number, totalSteps: number): number {
  const top = warmupSteps > 0 ? warmupSteps : Math.max(0, CYCLE_RISE * totalSteps - 1)
  if (step < top) return halfCosine(CYCLE_START, 1, step / top)
  return halfCosine(1, CYCLE_END, (step - top) / Math.max(1, totalSteps - 1 - top))
}

/** From `start` at 0 to `end` at 1. */
function halfCosine(start: number, end: number, progress: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * progress))) / 2
}
