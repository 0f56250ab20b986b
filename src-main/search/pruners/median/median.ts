import type { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import { createPercentilePruner, percentileOptionsSchema } from '../percentile/percentile.ts'
import { definePruner } from '../pruner.ts'
import { checkWarmup } from '../shared/judging-options.ts'

/**
 * Median stopping: a trial ends if its best value so far is worse than the median of what the
 * complete trials reported at exactly this step: `percentile` at 50 %, whose warm-up and margin it has. With
 * `warmupSteps: 0` and `minMargin: 0` the rule and the defaults are those of Optuna's MedianPruner.
 *
 * The idea is from Golovin et al.: Google Vizier: a service for black-box optimization. KDD 2017,
 * doi:10.1145/3097983.3098043, §3.2.2 (there with running averages instead of values at the step).
 */
export const medianOptionsSchema = percentileOptionsSchema.omit({ percentile: true })
export type MedianOptions = z.output<typeof medianOptionsSchema>

export const medianPruner = definePruner({
  name: 'median',
  citation: 'D. Golovin et al.: Google Vizier: a service for black-box optimization. KDD 2017.',
  optionsSchema: medianOptionsSchema,
  check: options => checkWarmup(options),
  create: (options, context) =>
    createPercentilePruner({ ...options, percentile: 50 }, context, {
      detail: 'median',
      reason: (values, margin) =>
        margin > 0
          ? msg('pruning.farBelowMedian', { ...values, margin })
          : msg('pruning.belowMedian', values),
    }),
})
