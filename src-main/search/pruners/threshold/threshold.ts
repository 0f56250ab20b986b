import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import { metricToJson } from '../../../core/trial/metric-value.ts'
import { isJudged, judgingIntervalShape } from '../shared/judging-options.ts'
import { definePruner, continueTrial, prune } from '../pruner.ts'

/**
 * Ends a trial whose latest value is NaN or outside fixed limits: for runs that have evidently come
 * off the rails. The limits themselves are inside; they do not turn with the direction of the goal.
 * Needs no other trials, so it works from the first one on. Without limits it ends trials at NaN only.
 * The rule and the defaults are those of Optuna's ThresholdPruner (which wants at least one limit).
 */
export const thresholdPruner = definePruner({
  name: 'threshold',
  usesDirection: false,
  optionsSchema: z.strictObject({
    lower: z.number().optional().describe('option.threshold.lower'),
    upper: z.number().optional().describe('option.threshold.upper'),
    ...judgingIntervalShape,
  }),

  check({ lower, upper }) {
    if (lower === undefined || upper === undefined || lower <= upper) return []
    const rule = msg('rule.atMostOption', { option: 'upper', limit: upper })
    return [{ path: ['pruner', 'lower'], value: lower, rule }]
  },

  create: options => ({
    judge({ trial: { reports } }) {
      const last = reports.at(-1)
      if (last === undefined || !isJudged(reports, options)) return continueTrial
      const { step, value } = last
      const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options
      const reason = Number.isNaN(value)
        ? msg('pruning.nan', { step })
        : value < lower
          ? msg('pruning.belowLimit', { step, value, limit: lower })
          : value > upper
            ? msg('pruning.aboveLimit', { step, value, limit: upper })
            : null
      if (reason === null) return continueTrial
      return prune(reason, {
        step,
        value: metricToJson(value),
        lower: options.lower ?? null,
        upper: options.upper ?? null,
      })
    },
  }),
})
