import { isFeasible } from '../../../core/study/constraints.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { constraintViolation } from '../../ranking.ts'
import { constraintValuesOf } from '../gp/observations.ts'
import { thinningKey } from '../tpe/thin-out.ts'

/** How losses are modeled, and back again. */
export interface CostScale {
  readonly toCost: (loss: number) => number
  readonly toLoss: (cost: number) => number
}

/** Share of the losses below the one whose distance to the best is the smallest that matters. */
const SHARE_OF_BEST = 0.05

/** Differences of huge losses stay finite; exact, being a power of 2. */
const QUARTER = 0.25

/**
 * The logarithm of the distance to the best loss, plus the distance of the best 5 % so that it stays finite:
 * differences among good trials count as much as those among bad ones. As SMAC's log-scaled costs.
 * @param losses finite, at least one
 */
export function logCosts(losses: Float64Array): CostScale {
  const sorted = losses.map(loss => QUARTER * loss).sort()
  const best = sorted[0] as number
  const near = sorted[Math.max(Math.ceil(SHARE_OF_BEST * sorted.length), 1)] ?? best
  const offset = near > best ? near - best : (sorted.find(loss => loss > best) ?? best + 1) - best
  return {
    toCost: loss => Math.log(QUARTER * loss - best + offset),
    toLoss: cost => (Math.exp(cost) + best - offset) / QUARTER,
  }
}

/** The losses themselves, moved to 0…1. */
export function rawCosts(losses: Float64Array): CostScale {
  const sorted = losses.map(loss => QUARTER * loss).sort()
  const best = sorted[0] as number
  const range = (sorted.at(-1) as number) - best || 1
  return {
    toCost: loss => (QUARTER * loss - best) / range,
    toLoss: cost => (best + cost * range) / QUARTER,
  }
}

/**
 * The trials that the model takes: all up to `limit`; of more, half of the limit the best, a quarter the newest of
 * the others and about a quarter a sample of the rest that changes little from trial to trial.
 * @param trials complete and pruned ones, by number
 */
export function chooseTrials(
  trials: readonly TrialSnapshot[],
  minimize: boolean,
  limit: number,
): readonly TrialSnapshot[] {
  if (trials.length <= limit) return trials
  const keys = rankKeys(trials, minimize)
  const quarter = Math.floor(limit / 4)
  const best = limit - 2 * quarter
  const worstOfBest = keys.slice().sort()[best - 1] as number
  const isChosen = new Uint8Array(trials.length)
  for (let index = 0, remaining = best; remaining > 0; index++) {
    if ((keys[index] as number) > worstOfBest) continue
    isChosen[index] = 1
    remaining--
  }
  let newest = trials.length
  for (let remaining = quarter; remaining > 0; remaining--) {
    do newest--
    while (isChosen[newest] === 1)
    isChosen[newest] = 1
  }
  const share = (quarter / (trials.length - best - quarter)) * 2 ** 32
  return trials.filter(({ number }, index) => isChosen[index] === 1 || thinningKey(number) < share)
}

/**
 * Numbers by which trials are ranked, smaller is better: losses of complete feasible trials, +∞ for others; where
 * there is none, how much the constraints are broken.
 */
function rankKeys(trials: readonly TrialSnapshot[], minimize: boolean): Float64Array {
  const keys = new Float64Array(trials.length)
  let usable = 0
  trials.forEach((trial, index) => {
    const value = trial.values[0] ?? Number.NaN
    const counts = trial.state === 'complete' && !Number.isNaN(value) && isFeasible(trial)
    keys[index] = counts ? (minimize ? value : -value) : Number.POSITIVE_INFINITY
    if (counts) usable++
  })
  return usable > 0 ? keys : Float64Array.from(trials, constraintViolation)
}

/**
 * Values of one constraint, all finite. NaN and +∞ break it, as much as any trial does and at least by the range of
 * all values.
 */
export function constraintTargets(
  trials: readonly TrialSnapshot[],
  constraint: number,
): Float64Array {
  const values = constraintValuesOf(trials, constraint)
  const worst = values.reduce((a, b) => Math.max(a, b))
  const range = worst - values.reduce((a, b) => Math.min(a, b)) || 1
  return values.map((value, index) => {
    const constraintValue = trials[index]?.constraints?.[constraint] ?? Number.NaN
    return constraintValue < Number.POSITIVE_INFINITY ? value : Math.max(worst, range)
  })
}
