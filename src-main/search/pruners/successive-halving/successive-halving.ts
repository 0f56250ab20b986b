import { z } from 'zod'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { definePruner, continueTrial } from '../pruner.ts'
import { lastStepOf } from '../shared/reports.ts'
import { RungJudge, rungLadder, type RungQuota } from '../shared/rungs.ts'

/**
 * Successive halving as Optuna's SuccessiveHalvingPruner does it: asynchronous, in the stop variant.
 * Rung k stands at step minResource·reductionFactor^(earlyStoppingRate + k). A trial that crosses it
 * goes on if it is among the best ⌊n/reductionFactor⌋ of the n trials that came there so far, itself
 * included; while that number is 0, only if it is the best. Otherwise it ends and is never resumed, so
 * the order of arrival matters. `asha` differs in one thing: it lets the first arrivals pass.
 * The defaults are Optuna's.
 *
 * With `minResource: auto`, the first complete trial decides: a hundredth of its last step, at least 1;
 * it and the trials before it are neither judged nor counted, as in Optuna.
 *
 * Limits: a trial may end at the last of its steps, if a rung stands there.
 *
 * Jamieson, Talwalkar: Non-stochastic best arm identification and hyperparameter optimization. AISTATS
 * 2016, arXiv:1502.07943, figure 3. Li et al.: A system for massively parallel hyperparameter tuning.
 * MLSys 2020, arXiv:1810.05934, algorithm 2 (with promotion).
 */
export const successiveHalvingPruner = definePruner({
  name: 'successiveHalving',
  citation:
    'K. Jamieson, A. Talwalkar: Non-stochastic best arm identification and hyperparameter optimization. AISTATS 2016.',
  optionsSchema: z.strictObject({
    minResource: z
      .union([z.int().min(1), z.literal('auto')])
      .default('auto')
      .describe('option.successiveHalving.minResource'),
    reductionFactor: z.int().min(2).default(4).describe('option.asha.reductionFactor'),
    earlyStoppingRate: z.int().min(0).default(0).describe('option.asha.earlyStoppingRate'),
    bootstrapCount: z.int().min(0).default(0).describe('option.hyperband.bootstrapCount'),
  }),

  rungSteps({ minResource, reductionFactor, earlyStoppingRate }, longestStep, firstCompleteStep) {
    const minimum = minResource === 'auto' ? shareOf(firstCompleteStep) : minResource
    if (minimum === null) return []
    const firstStep = minimum * reductionFactor ** earlyStoppingRate
    return rungLadder(firstStep, reductionFactor, longestStep + 1)
  },

  create(options, { direction }) {
    const { minResource, reductionFactor, earlyStoppingRate } = options
    const judge = new RungJudge(direction, successiveHalvingQuota(options))
    return {
      judge(request) {
        const first = minResource === 'auto' ? firstComplete(request.others) : null
        if (minResource === 'auto' && first === null) return continueTrial
        const minimum =
          minResource === 'auto'
            ? shareOf(lastStepOf(first as TrialSnapshot) as number)
            : minResource
        return judge.judge(request, {
          firstStep: minimum * reductionFactor ** earlyStoppingRate,
          factor: reductionFactor,
          endStep: Number.POSITIVE_INFINITY,
          afterTrial: first?.number ?? -1,
        })
      },
    }
  },
})

/** The first rung that follows from the steps of a complete trial; null: none yet. */
function shareOf(completeSteps: number): number
function shareOf(completeSteps: number | null): number | null
function shareOf(completeSteps: number | null): number | null {
  return completeSteps === null ? null : Math.max(1, Math.floor(completeSteps / 100))
}

/** @param options of this pruner or of `hyperband` */
export function successiveHalvingQuota(options: {
  readonly reductionFactor: number
  readonly bootstrapCount: number
}): RungQuota {
  const { reductionFactor, bootstrapCount } = options
  return count => (count <= bootstrapCount ? 0 : Math.max(1, Math.floor(count / reductionFactor)))
}

/** The complete trial with the lowest number that reported anything. */
export function firstComplete(trials: readonly TrialSnapshot[]): TrialSnapshot | null {
  return trials.find(trial => trial.state === 'complete' && trial.reports.length > 0) ?? null
}
