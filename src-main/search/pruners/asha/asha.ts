import { msg } from '../../../core/errors/message.ts'
import { z } from 'zod'
import { definePruner } from '../pruner.ts'
import { longestComplete } from '../shared/reports.ts'
import { maxResourceOf, RungJudge, rungLadder } from '../shared/rungs.ts'

/**
 * ASHA, asynchronous successive halving, in its stop form (`variant: stop`). Rung k stands at step
 * minResource·reductionFactor^(earlyStoppingRate + k). A trial that crosses it goes on if it is among
 * the best ⌊n/reductionFactor⌋ of the n trials that came there so far, itself included: the paper's
 * top_k. The paper pauses everybody at a rung and promotes from there (algorithm 2): that is the pruner `promotion`,
 * which needs checkpoints. Here a trial is judged once, when it arrives, and ends or goes on. While
 * ⌊n/reductionFactor⌋ is 0 nobody can be told apart yet and the trial goes on.
 *
 * Defaults: reductionFactor 4 and minResource 1 as in the paper's experiments; maxResource `auto` is the
 * last step of the longest complete trial. No rung at or beyond it is judged (the paper's R), because
 * nothing is saved there.
 *
 * Limits: early values must tell something about late ones; with crossing curves raise minResource or
 * earlyStoppingRate, or wrap it in `patient`. As first arrivals pass, it spends more on the first
 * trials than `successiveHalving` does.
 *
 * Li et al.: A system for massively parallel hyperparameter tuning. MLSys 2020, arXiv:1810.05934.
 */
export const ashaPruner = definePruner({
  name: 'asha',
  citation:
    'L. Li et al.: A system for massively parallel hyperparameter tuning. MLSys 2020, arXiv:1810.05934.',
  fullSteps: maxResourceOf,
  optionsSchema: z.strictObject({
    minResource: z.int().min(1).default(1).describe('option.asha.minResource'),
    maxResource: z
      .union([z.int().min(1), z.literal('auto')])
      .default('auto')
      .describe('option.asha.maxResource'),
    reductionFactor: z.int().min(2).default(4).describe('option.asha.reductionFactor'),
    earlyStoppingRate: z.int().min(0).default(0).describe('option.asha.earlyStoppingRate'),
    variant: z.literal('stop').default('stop').describe('option.asha.variant'),
  }),

  rungSteps: ({ minResource, reductionFactor, earlyStoppingRate }, longestStep) =>
    rungLadder(
      minResource * reductionFactor ** earlyStoppingRate,
      reductionFactor,
      longestStep + 1,
    ),

  check({ minResource, maxResource, reductionFactor, earlyStoppingRate }) {
    const firstStep = minResource * reductionFactor ** earlyStoppingRate
    if (maxResource === 'auto' || firstStep < maxResource) return []
    const rule = msg('rule.firstRung', { step: firstStep })
    return [{ path: ['pruner', 'maxResource'], value: maxResource, rule }]
  },

  create({ minResource, maxResource, reductionFactor, earlyStoppingRate }, { direction }) {
    const quota = (count: number): number =>
      count < reductionFactor ? count : Math.floor(count / reductionFactor)
    const judge = new RungJudge(direction, quota)
    return {
      judge: request =>
        judge.judge(request, {
          firstStep: minResource * reductionFactor ** earlyStoppingRate,
          factor: reductionFactor,
          endStep:
            maxResource === 'auto' ? (longestComplete(request.others) ?? Infinity) : maxResource,
          afterTrial: -1,
        }),
    }
  },
})
