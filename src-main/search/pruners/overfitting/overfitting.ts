import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import { bestReport, isBetter, signOf } from '../../../core/trial/ranking.ts'
import { metricToJson } from '../../../core/trial/metric-value.ts'
import type { PruningDecision } from '../../../core/processes/search-protocol.ts'
import type { Report } from '../../../core/trial/trial.ts'
import { isJudged, judgingIntervalShape } from '../shared/judging-options.ts'
import { furtherMetrics, reportsOf, valueAt } from '../shared/reports.ts'
import { definePruner, continueTrial, prune, type PrunerContext } from '../pruner.ts'

/**
 * Ends a trial that overfits: its validation value (that of the first goal) has been worse than its best one for
 * `patience` reports while its training value went on improving. Both have to hold, so a trial that merely learns slowly, on
 * a plateau or with a noisy validation split, lives. With `maxGap` also one whose training and validation values,
 * measured by the same measure, are farther apart. Needs no other trials, so it works from the first one on.
 *
 * The rule is the generalization loss of Prechelt's early stopping, bound to progress on the training data as in
 * his second class of criteria; counted in reports as in his third.
 *
 * Limits: the objective must report both values at the same steps. NaN proves nothing and ends nothing: put
 * `threshold` beside it (`rules`).
 *
 * Prechelt: Early stopping – but when? Neural networks: tricks of the trade, LNCS 1524, 1998,
 * doi:10.1007/3-540-49430-8_3.
 */
const optionsSchema = z.strictObject({
  training: z.string().min(1).default('trainLoss').describe('option.overfitting.training'),
  trainingDirection: z
    .enum(['minimize', 'maximize'])
    .default('minimize')
    .describe('option.overfitting.trainingDirection'),
  patience: z.int().min(1).default(5).describe('option.overfitting.patience'),
  minDelta: z.number().min(0).default(0).describe('option.overfitting.minDelta'),
  maxGap: z.number().min(0).optional().describe('option.overfitting.maxGap'),
  ...judgingIntervalShape,
})
type Options = z.output<typeof optionsSchema>

export const overfittingPruner = definePruner({
  name: 'overfitting',
  optionsSchema,
  metrics: ({ training }, { goals }) => furtherMetrics([training], goals),

  check({ training, trainingDirection, maxGap }, { goals, direction }) {
    if (training === goals[0]?.metric) {
      const rule = msg('rule.notFirstGoal')
      return [{ path: ['pruner', 'training'], value: training, rule }]
    }
    if (maxGap === undefined || trainingDirection === direction) return []
    const rule = msg('rule.sameMeasure', { direction: trainingDirection })
    return [{ path: ['pruner', 'maxGap'], value: maxGap, rule }]
  },

  create: (options, context) => ({
    judge({ trial }) {
      const { reports } = trial
      if (!isJudged(reports, options)) return continueTrial
      const last = reports.at(-1) as Report
      const training = reportsOf(trial, options.training, context)
      const trained = valueAt(training, last.step)
      if (trained === undefined || Number.isNaN(trained) || Number.isNaN(last.value))
        return continueTrial
      return (
        judgeGap(last, trained, options, context) ?? judgeTurn(reports, training, options, context)
      )
    },
  }),
})

/** Validation too far behind training. */
function judgeGap(
  { step, value }: Report,
  trained: number,
  { training, maxGap }: Options,
  { direction }: PrunerContext,
): PruningDecision | null {
  const gap = signOf(direction) * (value - trained)
  if (maxGap === undefined || !(gap > maxGap)) return null
  const values = { step, value, gap, metric: training, trained, limit: maxGap }
  return prune(msg('pruning.overfitsBehind', values), {
    step,
    validation: metricToJson(value),
    training: metricToJson(trained),
    gap: metricToJson(gap),
    maxGap,
  })
}

/** Validation past its best while training goes on improving. */
function judgeTurn(
  reports: readonly Report[],
  training: readonly Report[],
  options: Options,
  { direction }: PrunerContext,
): PruningDecision {
  const last = reports.at(-1) as Report
  const best = bestReport(reports, direction) as Report
  const since = reports.length - 1 - reports.indexOf(best)
  const bound = best.value + signOf(direction) * options.minDelta
  if (since < options.patience || !isBetter(bound, last.value, direction)) return continueTrial
  const before = valueAt(training, best.step)
  const now = valueAt(training, last.step)
  if (before === undefined || now === undefined) return continueTrial
  if (!isBetter(now, before, options.trainingDirection)) return continueTrial
  const reason = msg('pruning.overfitsSince', {
    reports: since,
    best: best.value,
    step: best.step,
    value: last.value,
    metric: options.training,
    before,
    now,
  })
  return prune(reason, {
    step: last.step,
    bestStep: best.step,
    best: metricToJson(best.value),
    validation: metricToJson(last.value),
    trainingAtBest: metricToJson(before),
    training: metricToJson(now),
    reportsSinceBest: since,
  })
}
