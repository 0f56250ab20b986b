import { msg } from '../../../core/errors/message.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import { metricToJson } from '../../../core/trial/metric-value.ts'
import type { PruningDecision } from '../../../core/processes/search-protocol.ts'
import { isFinished, type Report, type TrialSnapshot } from '../../../core/trial/trial.ts'
import { firstIndexWhere } from '../../../math/numbers.ts'
import { continueTrial, prune, type PrunerContext, type PruningRequest } from '../pruner.ts'
import { firstAtOrBeyond, lastStepOf } from './reports.ts'

/**
 * The common part of halving: rung k stands at step `firstStep`·factor^k, and a trial that reports at
 * or beyond it for the first time is compared there with every trial that came so far.
 *
 * A trial's value in a rung is the one that it reported when it crossed the rung, not its best. NaN is
 * in no rung. Trials in every state compete, the ended ones too. One report may cross several rungs:
 * they are judged from the lowest on, and a trial stopped in one has no value in those above. Which
 * one that was is worked out by going through the trials in the order of their numbers: exact with
 * one slot, and near enough with several.
 */
export interface RungSettings {
  /** Step of rung 0, at least 1. */
  readonly firstStep: number
  /** η ≥ 2. */
  readonly factor: number
  /** Rungs at or beyond this step are not judged: what comes there is done anyway. */
  readonly endStep: number
  /** Trials up to this number are left out. */
  readonly afterTrial: number
}

/** A trial's rank among those of its rung. */
interface RungRank {
  /** Trials in the rung, the judged one included. */
  readonly count: number
  /** How many of them are strictly better. */
  readonly better: number
}

/** How many of `count` trials go on from a rung; an equal value counts as the better one. */
export type RungQuota = (count: number) => number

/**
 * Judges the last report of a trial by the rungs that it crosses. The values of all rungs are kept only to save
 * time: trials that have ended, up to the first that has not, from one call to the next; whatever does not fit
 * the arguments any more is forgotten. Snapshots are recognized by identity; that of a finished trial never changes.
 */
export class RungJudge {
  readonly #direction: PrunerContext['direction']
  readonly #quota: RungQuota
  #settings: RungSettings | null = null
  #settled: TrialSnapshot[] = []
  /** Scores per rung, from low to high. */
  #sorted: number[][] = []

  constructor(direction: PrunerContext['direction'], quota: RungQuota) {
    this.#direction = direction
    this.#quota = quota
  }

  judge({ trial, others }: PruningRequest, settings: RungSettings): PruningDecision {
    const last = trial.reports.at(-1)
    if (last === undefined) return continueTrial
    const crossed = rungsCrossed(trial.reports, settings)
    if (crossed.length === 0) return continueTrial
    const { step, value } = last
    if (Number.isNaN(value)) {
      const reason = msg('pruning.nanAtRung', { step, rung: crossed[0]?.rung })
      return prune(reason, { step, value: metricToJson(value) })
    }
    const open = this.#read(others, trial.number, settings)
    for (const { rung, atStep } of crossed) {
      const { count, better } = this.#rankAt(rung, this.#scoreOf(value), open)
      const allowed = this.#quota(count)
      if (better < allowed) continue
      const values = { value, rank: better + 1, count, rung, step: atStep, allowed }
      return prune(msg('pruning.behindAtRung', values), {
        step,
        rung,
        rungStep: atStep,
        value: metricToJson(value),
        trials: count,
        better,
        allowed,
      })
    }
    return continueTrial
  }

  /** Low is good. */
  #scoreOf(value: number): number {
    return signOf(this.#direction) * value
  }

  /** @returns the scores per rung of the trials that are not settled */
  #read(
    others: readonly TrialSnapshot[],
    ownNumber: number,
    settings: RungSettings,
  ): readonly number[][] {
    if (!this.#fits(others, ownNumber, settings)) {
      this.#settings = settings
      this.#settled = []
      this.#sorted = []
    }
    let index = this.#settled.length
    for (; index < others.length; index++) {
      const trial = others[index] as TrialSnapshot
      if (trial.number > ownNumber || !isFinished(trial.state)) break
      this.#enter(trial, settings, this.#sorted, (scores, score) =>
        scores.splice(countBelow(scores, score), 0, score),
      )
      this.#settled.push(trial)
    }
    // Few trials are not settled as a rule: kept unsorted, for this call only.
    const open: number[][] = []
    for (; index < others.length; index++) {
      this.#enter(others[index] as TrialSnapshot, settings, open, (scores, score) =>
        scores.push(score),
      )
    }
    return open
  }

  #fits(others: readonly TrialSnapshot[], ownNumber: number, settings: RungSettings): boolean {
    const before = this.#settings
    return (
      before !== null &&
      before.firstStep === settings.firstStep &&
      before.factor === settings.factor &&
      before.endStep === settings.endStep &&
      before.afterTrial === settings.afterTrial &&
      (this.#settled.at(-1)?.number ?? -1) < ownNumber &&
      this.#settled.every((trial, index) => others[index] === trial)
    )
  }

  /** Adds what a trial reported in each rung. */
  #enter(
    trial: TrialSnapshot,
    { firstStep, factor, endStep, afterTrial }: RungSettings,
    rungs: number[][],
    add: (scores: number[], score: number) => void,
  ): void {
    if (trial.number <= afterTrial) return
    const { reports } = trial
    const lastStep = lastStepOf(trial) ?? 0
    let atStep = firstStep
    for (let rung = 0; atStep <= lastStep && atStep < endStep; rung++) {
      const index = firstAtOrBeyond(reports, atStep)
      atStep *= factor
      const value = (reports[index] as Report).value
      if (Number.isNaN(value)) continue
      const score = this.#scoreOf(value)
      const open = rungs === this.#sorted ? [] : rungs
      const stoppedAtRung =
        trial.state === 'pruned' &&
        index === reports.length - 1 &&
        !this.#survives(this.#rankAt(rung, score, open))
      add((rungs[rung] ??= []), score)
      if (stoppedAtRung) return
    }
  }

  #survives({ count, better }: RungRank): boolean {
    return better < this.#quota(count)
  }

  #rankAt(rung: number, score: number, open: readonly number[][]): RungRank {
    const settled = this.#sorted[rung] ?? []
    let better = countBelow(settled, score)
    const unsorted = open[rung] ?? []
    for (const other of unsorted) if (other < score) better++
    return { count: settled.length + unsorted.length + 1, better }
  }
}

/** The rungs that the last report is the first to reach. */
function rungsCrossed(
  reports: readonly Report[],
  { firstStep, factor, endStep }: RungSettings,
): { rung: number; atStep: number }[] {
  const step = reports.at(-1)?.step ?? 0
  const before = reports.at(-2)?.step ?? Number.NEGATIVE_INFINITY
  return rungLadder(firstStep, factor, Math.min(endStep, step + 1))
    .map((atStep, rung) => ({ rung, atStep }))
    .filter(({ atStep }) => atStep > before)
}

/** How many items are below `value`. */
export function countBelow(sorted: readonly number[], value: number): number {
  return firstIndexWhere(sorted.length, index => (sorted[index] as number) >= value)
}

/** Steps of a whole training, where the options of a pruner with rungs say so. */
export function maxResourceOf({ maxResource }: Readonly<Record<string, unknown>>): number | null {
  return typeof maxResource === 'number' ? maxResource : null
}

/**
 * Steps of the rungs r_k = firstStep·factor^k below `endStep`, from the lowest on.
 * @param firstStep at least 1
 * @param factor η ≥ 2
 */
export function rungLadder(firstStep: number, factor: number, endStep: number): number[] {
  const steps: number[] = []
  for (let step = firstStep; step < endStep; step *= factor) steps.push(step)
  return steps
}
