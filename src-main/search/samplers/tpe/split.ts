import { enlarged, firstIndexWhere } from '../../../math/numbers.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import type { GoalFronts } from './goal-fronts.ts'
import type { TpeSettings } from './settings.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import { constraintViolation } from '../../ranking.ts'

/** Roles of a trial for the densities; 0: none. */
export const ROLE_GOOD = 1
export const ROLE_BAD = 2

export interface Split {
  /** One role per trial of the list. */
  readonly roles: Uint8Array
  /** Of the first goal, to be minimized, at the trials' places; NaN values are +∞, no value is NaN. */
  readonly losses: Float64Array
  readonly good: number
  readonly bad: number
  /** Good trials that break a constraint: there were not enough others. */
  readonly goodInfeasible: number
  /** Best loss among the finished bad trials that break no constraint; +∞ if none. */
  readonly threshold: number
  /** With `contribution`: weights of the good trials, one per trial of the list; null otherwise. */
  readonly contributions: Float64Array | null
}

/** Number of trials that count as good among `finished` (Optuna: γ; Hyperopt: the same of √N). */
export function goodCount(finished: number, good: TpeSettings['good']): number {
  const base = good.rule === 'linear' ? finished : Math.sqrt(finished)
  // 1e-12: 0.15 · 20 must give 3, not 4.
  return Math.min(Math.ceil(good.share * base - 1e-12), good.limit, finished)
}

/**
 * Splits the trials: first the complete ones by value, or as `fronts` says, then the pruned ones by the last
 * step they reached (later is better) and their value there, then those that break constraints, by how
 * much; equals by age. Running trials are bad if `constantLiar`, otherwise they and those that
 * failed have no role.
 * @param direction of the first goal
 * @param fronts with several goals, following the trials; absent with one
 * @param keys what it keeps only saves time
 */
export function splitTrials(
  trials: readonly TrialSnapshot[],
  direction: Goal['direction'],
  settings: TpeSettings,
  fronts?: GoalFronts,
  keys = new TrialKeys(direction),
): Split {
  keys.follow(trials)
  const { kinds, firstKeys, secondKeys, losses } = keys
  const roles = new Uint8Array(trials.length)
  const finished: number[] = []
  let bad = 0
  for (let index = 0; index < trials.length; index++) {
    const kind = kinds[index] as number
    if (kind <= INFEASIBLE) {
      finished.push(index)
      roles[index] = ROLE_BAD
    } else if (kind === RUNNING && settings.constantLiar) {
      roles[index] = ROLE_BAD
      bad++
    }
  }
  const good = goodCount(finished.length, settings.good)
  const best = fronts?.best(good) ?? []
  for (const index of best) roles[index] = ROLE_GOOD
  const others =
    fronts === undefined ? finished : finished.filter(index => kinds[index] !== COMPLETE)
  for (const index of firstInOrder(others, good - best.length, isBefore)) roles[index] = ROLE_GOOD
  let threshold = Number.POSITIVE_INFINITY
  let goodInfeasible = 0
  for (const index of finished) {
    const value = losses[index] as number
    if (roles[index] === ROLE_GOOD) goodInfeasible += kinds[index] === INFEASIBLE ? 1 : 0
    else if (kinds[index] !== INFEASIBLE && value < threshold) threshold = value
  }
  bad += finished.length - good
  const contributions =
    fronts !== undefined && settings.goodWeights === 'contribution'
      ? fronts.contributions(best, trials.length)
      : null
  return { roles, losses, good, bad, goodInfeasible, threshold, contributions }

  /** Whether a trial ranks strictly before an earlier one. */
  function isBefore(a: number, b: number): boolean {
    if (kinds[a] !== kinds[b]) return (kinds[a] as number) < (kinds[b] as number)
    return firstKeys[a] === firstKeys[b]
      ? (secondKeys[a] as number) < (secondKeys[b] as number)
      : (firstKeys[a] as number) < (firstKeys[b] as number)
  }
}

/** The first `count` items; of equals the one that stands earlier. */
function firstInOrder(
  items: readonly number[],
  count: number,
  isBefore: (a: number, b: number) => boolean,
): number[] {
  const best: number[] = []
  if (count <= 0) return best
  for (const item of items) {
    if (best.length === count) {
      if (!isBefore(item, best[count - 1] as number)) continue
      best.pop()
    }
    const insertionIndex = firstIndexWhere(best.length, index =>
      isBefore(item, best[index] as number),
    )
    best.splice(insertionIndex, 0, item)
  }
  return best
}

/**
 * Weights of observations from old to new: the newest 25 weigh 1, the others rise evenly from 1/count
 * (Bergstra, Yamins, Cox 2013, linear forgetting).
 */
export function recentWeights(count: number): Float64Array {
  const weights = new Float64Array(count).fill(1)
  const ramp = count - 25
  for (let index = 0; index < ramp; index++) {
    weights[index] = ramp === 1 ? 1 / count : 1 / count + (index / (ramp - 1)) * (1 - 1 / count)
  }
  return weights
}

/**
 * Weights by improvement over the best bad trial (Watanabe 2023, section 3.2.2, "EI"); null where they cannot
 * be told, because there is no finite threshold or a loss is infinite.
 */
export function improvementWeights(
  losses: readonly number[],
  threshold: number,
): Float64Array | null {
  const weights = Float64Array.from(losses, value => Math.max(threshold - value, 1e-12))
  return weights.every(Number.isFinite) && Number.isFinite(threshold) ? weights : null
}

/** Kinds of trials for the split; the first three rank in this order. */
const COMPLETE = 0
const PRUNED = 1
const INFEASIBLE = 2
const RUNNING = 3
const WITHOUT_VALUE = 4

/**
 * The keys that trials are ranked by, one entry per trial of a list; only those that changed since the last call cost time.
 * Within a kind they rank by the first key, then by the second, lower first.
 */
export class TrialKeys {
  kinds = new Uint8Array(64)
  firstKeys = new Float64Array(64)
  secondKeys = new Float64Array(64)
  /** Of the first goal, to be minimized; NaN values are +∞, no value is NaN. */
  losses = new Float64Array(64)
  readonly #sign: number
  readonly #trials: TrialSnapshot[] = []

  constructor(direction: Goal['direction']) {
    this.#sign = signOf(direction)
  }

  follow(trials: readonly TrialSnapshot[]): void {
    const followed = this.#trials
    if (trials.length > this.kinds.length) this.#grow(2 * trials.length)
    for (let index = 0; index < trials.length; index++) {
      const trial = trials[index] as TrialSnapshot
      if (followed[index] === trial) continue
      followed[index] = trial
      this.#read(index, trial)
    }
    followed.length = trials.length
  }

  #read(index: number, trial: TrialSnapshot): void {
    const { kinds, firstKeys, secondKeys, losses } = this
    const { state } = trial
    firstKeys[index] = 0
    losses[index] = Number.NaN
    if (state !== 'complete' && state !== 'pruned') {
      kinds[index] = state === 'running' ? RUNNING : WITHOUT_VALUE
      return
    }
    const value = this.#lossOf(trial.values[0])
    losses[index] = value
    const violation = constraintViolation(trial)
    if (violation > 0) {
      kinds[index] = INFEASIBLE
      secondKeys[index] = violation
    } else if (state === 'pruned' && trial.isEstimate !== true) {
      const last = trial.reports.at(-1)
      kinds[index] = PRUNED
      firstKeys[index] = last === undefined ? Number.POSITIVE_INFINITY : -last.step
      secondKeys[index] = this.#lossOf(last?.value)
    } else {
      kinds[index] = COMPLETE
      secondKeys[index] = value
    }
  }

  #lossOf(value: number | undefined): number {
    return value === undefined || Number.isNaN(value)
      ? Number.POSITIVE_INFINITY
      : this.#sign * value
  }

  #grow(length: number): void {
    this.kinds = enlarged(this.kinds, length)
    this.firstKeys = enlarged(this.firstKeys, length)
    this.secondKeys = enlarged(this.secondKeys, length)
    this.losses = enlarged(this.losses, length)
  }
}
