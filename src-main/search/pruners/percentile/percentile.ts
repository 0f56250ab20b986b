import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { isBetter, signOf } from '../../../core/trial/ranking.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { countBelow } from '../shared/rungs.ts'
import { z } from 'zod'
import { metricToJson } from '../../../core/trial/metric-value.ts'
import {
  checkWarmup,
  comparisonShape,
  type CompleteLength,
  firstJudgedStep,
  isJudged,
  NO_LENGTH,
  withLength,
} from '../shared/judging-options.ts'
import { definePruner, continueTrial, prune, type Pruner, type PrunerContext } from '../pruner.ts'
import { bestOf } from '../shared/reports.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'

/**
 * Percentile stopping: a trial ends if its best value so far is worse than a percentile of what the
 * complete trials reported at exactly this step, by more than a margin. Ties survive; a trial whose every value is NaN ends.
 * `percentile: 25` keeps about the best quarter. The margin is `minMargin` times the distance between the median and the better
 * quartile of these values, so that it follows their scale.
 *
 * Two things keep a comparison from being made too early: the warm-up, a share of the trial's own steps where the study names
 * no step, see {@link firstJudgedStep}; and that only trials are compared whose steps are the same thing (`withinStepUnits`). Warm-up and
 * margin are of this project; docs/pruners.md says on which curves their defaults were chosen. With `warmupSteps: 0` and
 * `minMargin: 0` the rule and the other defaults are those of Optuna's PercentilePruner, which gives `percentile` no default; 25 is
 * what its documentation shows.
 *
 * Different from Optuna: between −∞ and a number the percentile is −∞ and not NaN.
 *
 * Limits: trials are compared at equal steps only, so every trial should report at the same steps.
 */
export const percentileOptionsSchema = z.strictObject({
  percentile: z.number().min(0).max(100).default(25).describe('option.percentile.percentile'),
  ...comparisonShape,
  minMargin: z.number().min(0).max(100).default(0.25).describe('option.percentile.minMargin'),
})
type PercentileOptions = z.output<typeof percentileOptionsSchema>

export const percentilePruner = definePruner({
  name: 'percentile',
  citation: 'D. Golovin et al.: Google Vizier: a service for black-box optimization. KDD 2017.',
  optionsSchema: percentileOptionsSchema,
  check: options => checkWarmup(options),
  create: (options, context) =>
    createPercentilePruner(options, context, {
      detail: 'threshold',
      reason: (values, margin) => {
        const { percentile } = options
        return margin > 0
          ? msg('pruning.farBelowPercentile', { ...values, percentile, margin })
          : msg('pruning.belowPercentile', { ...values, percentile })
      },
    }),
})

/** How a decision names the value that a trial was compared with. */
interface DecisionWords {
  /** In its detail. */
  readonly detail: string
  readonly reason: (
    values: {
      readonly best: number
      readonly threshold: number
      readonly count: number
      readonly step: number
    },
    /** By how much it would still have gone on, ≥ 0. */
    margin: number,
  ) => MessageDescriptor
}

export function createPercentilePruner(
  options: PercentileOptions,
  context: PrunerContext,
  { detail, reason }: DecisionWords,
): Pruner {
  const { direction } = context
  const cache = new CompleteTrialsCache(context)
  const percentile = direction === 'minimize' ? options.percentile : 100 - options.percentile

  return {
    judge({ trial, others, completeInStudy }) {
      const { reports } = trial
      const last = reports.at(-1)
      if (last === undefined) return continueTrial
      const complete = cache.read(others)
      if (complete.count === 0) return continueTrial
      if ((completeInStudy ?? complete.count) < options.startupTrials) return continueTrial
      const warmupSteps = firstJudgedStep(options, trial, complete, context)
      if (!isJudged(reports, { ...options, warmupSteps })) return continueTrial
      const best = bestOf(reports, direction)
      if (Number.isNaN(best)) {
        const { step } = last
        return prune(msg('pruning.allNan', { step }), { step, best: metricToJson(best) })
      }
      const { sorted, count } = cache.valuesAt(last.step)
      if (count < options.minTrials || sorted.length === 0) return continueTrial
      const threshold = percentileOf(sorted, percentile)
      const margin = options.minMargin * spreadOf(sorted, direction)
      const bound = threshold + signOf(direction) * margin
      if (!isBetter(bound, best, direction)) return continueTrial
      const values = { best, threshold, count, step: last.step }
      return prune(reason(values, margin), {
        step: last.step,
        best: metricToJson(best),
        [detail]: metricToJson(threshold),
        ...(margin > 0 ? { margin } : {}),
        trials: count,
      })
    },
  }
}

/**
 * Linear interpolation between the order statistics around (n − 1)·percentile/100: definition 7 of
 * Hyndman, Fan: Sample quantiles in statistical packages. The American Statistician 50(4), 1996,
 * doi:10.2307/2684934.
 * @param sorted at least one number, from low to high
 */
function percentileOf(sorted: readonly number[], percentile: number): number {
  const position = ((sorted.length - 1) * percentile) / 100
  const lower = sorted[Math.floor(position)] as number
  const upper = sorted[Math.ceil(position)] as number
  const weight = position - Math.floor(position)
  // Between infinities of different sign there is NaN, which compares as "go on".
  return lower === upper ? lower : lower * (1 - weight) + upper * weight
}

/**
 * How far the better quartile is from the median: that side says what a difference between good trials is, and diverged ones do
 * not reach it. 0 where it is no number.
 * @param sorted at least one number, from low to high
 */
function spreadOf(sorted: readonly number[], direction: PrunerContext['direction']): number {
  const quartile = percentileOf(sorted, direction === 'minimize' ? 25 : 75)
  const spread = Math.abs(percentileOf(sorted, 50) - quartile)
  return Number.isFinite(spread) ? spread : 0
}

/** The reports of the complete trials at one step. */
interface StepValues {
  /** Values other than NaN, from low to high. */
  readonly sorted: readonly number[]
  /** Trials that reported at this step, NaN included. */
  readonly count: number
}

const NOTHING: StepValues = { sorted: [], count: 0 }

/**
 * What the complete trials reported, by step. It only saves time: `read` takes in the complete trials that are new
 * since the last call, and starts over if one of them is gone, so the answer depends on its arguments alone. Snapshots
 * are recognized by identity; a complete trial's snapshot never changes.
 */
class CompleteTrialsCache {
  readonly #context: PrunerContext
  readonly #trials = new Set<TrialSnapshot>()
  readonly #bySteps = new Map<number, { sorted: number[]; count: number }>()
  #length = NO_LENGTH

  constructor(context: PrunerContext) {
    this.#context = context
  }

  /** @param trials in any state; only complete ones count */
  read(trials: readonly TrialSnapshot[]): { readonly count: number } & CompleteLength {
    const added: TrialSnapshot[] = []
    let seen = 0
    for (const trial of trials) {
      if (trial.state !== 'complete') continue
      if (this.#trials.has(trial)) seen++
      else added.push(trial)
    }
    if (seen < this.#trials.size) {
      this.#trials.clear()
      this.#bySteps.clear()
      this.#length = NO_LENGTH
      return this.read(trials)
    }
    for (const trial of added) this.#add(trial)
    return { count: this.#trials.size, ...this.#length }
  }

  /** Of the trials that were read last. */
  valuesAt(step: number): StepValues {
    return this.#bySteps.get(step) ?? NOTHING
  }

  #add(trial: TrialSnapshot): void {
    this.#trials.add(trial)
    this.#length = withLength(this.#length, trial, this.#context)
    for (const { step, value } of trial.reports) {
      const values = getOrInsertComputed(this.#bySteps, step, () => ({ sorted: [], count: 0 }))
      values.count++
      if (!Number.isNaN(value)) values.sorted.splice(countBelow(values.sorted, value), 0, value)
    }
  }
}
