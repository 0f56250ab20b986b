import { msg } from '../../../core/errors/message.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { logNormalDensity, normalCdf } from '../../../math/distributions/normal.ts'
import { createEncoding } from '../../samplers/gp/encoding.ts'
import { lossesOf, standardize } from '../../samplers/gp/observations.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import {
  fitGoalModel,
  type GoalModel,
  SMALLEST_NOISE,
  spreadPoints,
  standardizedBound,
} from '../regret-bound/regret-bound.ts'
import { oneGoalUnconstrained, type StopRuleDefinition } from '../stop-rule.ts'

/**
 * The gap of expected minimum simple regrets: a bound on how much the newest trial can have lowered what is
 * still to be gained. It falls as the study settles; a study may end when it is a small share of what it was
 * at the start.
 *
 * H. Ishibashi, M. Karasuyama, I. Takeuchi, H. Hino: A stopping criterion for Bayesian optimization by the gap of
 * expected minimum simple regrets. AISTATS 2023, PMLR 206 (theorem 1, equation 4, algorithm 1). Semantics of Optuna's
 * EMMREvaluator and MedianErrorEvaluator.
 */
export const emmrRule: StopRuleDefinition = {
  name: 'emmr',
  check: oneGoalUnconstrained,
  evaluateModel(limit, { space, trials, minimize }) {
    const share = gapShare(space, trials, minimize)
    return share !== null && share < limit
      ? msg('ending.emmr', { share: 100 * share, limit: 100 * limit })
      : null
  },
}

/** The first trials are often not from a model. */
const WARM_UP = 10
/** Of the trials after those the median gap is what later gaps are compared with. */
const REFERENCE = 20

/** Complete trials that are needed. */
const EMMR_TRIALS = WARM_UP + REFERENCE

/**
 * The gap after all trials as a share of the median gap at the start.
 * @param trials complete ones, by number
 * @returns null with fewer than {@link EMMR_TRIALS} trials
 */
export function gapShare(
  space: SearchSpace,
  trials: readonly TrialSnapshot[],
  minimize: boolean,
): number | null {
  if (trials.length < EMMR_TRIALS) return null
  const encoding = createEncoding(space)
  const spread = spreadPoints(encoding)
  const gap = (some: readonly TrialSnapshot[]): number =>
    regretGap(encoding, spread, some, lossesOf(some, 0, minimize))
  // One trial has no gap: it counts as an infinite one.
  const first = Array.from({ length: REFERENCE }, (_, index) =>
    index === 0 ? Number.POSITIVE_INFINITY : gap(trials.slice(WARM_UP, WARM_UP + index + 1)),
  ).sort((a, b) => a - b)
  return gap(trials) / (first[REFERENCE / 2] as number)
}

function regretGap(
  encoding: Parameters<typeof fitGoalModel>[0],
  spread: Float64Array,
  trials: readonly TrialSnapshot[],
  rawLosses: Float64Array,
): number {
  const losses = standardize(rawLosses).values
  const last = trials.length - 1
  const before = fitGoalModel(encoding, trials.slice(0, last), losses.slice(0, last))
  const after = fitGoalModel(encoding, trials, losses, before.kernel)
  const best = after.points[lowest(losses)] as Float64Array
  const bestBefore = after.points[lowest(losses.subarray(0, last))] as Float64Array
  const newest = moments(after, after.points[last] as Float64Array)

  // Theorem 1: what the best predicted loss fell by, and what its doubt allows.
  const fall = moments(before, bestBefore).mean - moments(after, best).mean
  const doubt = Math.sqrt(
    Math.max(
      moments(after, best).variance -
        2 * after.posterior.covariance(best, bestBefore) +
        moments(after, bestBefore).variance,
      1e-10,
    ),
  )
  const z = fall / doubt
  const expected = doubt * (Math.exp(logNormalDensity(z)) + z * normalCdf(z))

  // Equation 4: the divergence between the posteriors before and after the newest trial.
  const { mean, variance } = newest
  const noisy = variance + SMALLEST_NOISE
  const surprise = (losses[last] as number) - mean
  const divergence =
    0.5 *
    (Math.log(1 + variance / SMALLEST_NOISE) -
      variance / noisy +
      (variance * surprise ** 2) / noisy ** 2)
  const bound = standardizedBound(before, spread, encoding.dimension)
  return -fall + expected + bound * Math.sqrt(0.5 * Math.max(divergence, 0))
}

function moments(
  { posterior }: GoalModel,
  point: Float64Array,
): { mean: number; variance: number } {
  posterior.at(point)
  return { mean: posterior.mean, variance: posterior.variance }
}

function lowest(losses: Float64Array): number {
  return losses.reduce((best, loss, index) => (loss < (losses[best] as number) ? index : best), 0)
}
