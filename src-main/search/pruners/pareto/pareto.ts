import { msg } from '../../../core/errors/message.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import { z } from 'zod'
import { metricToJson } from '../../../core/trial/metric-value.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { Report, TrialSnapshot } from '../../../core/trial/trial.ts'
import { nonDominatedRanks } from '../../../math/pareto/non-dominated-sort.ts'
import { dominates, type Point } from '../../../math/pareto/point.ts'
import {
  checkWarmup,
  comparisonShape,
  type CompleteLength,
  firstJudgedStep,
  isJudged,
  NO_LENGTH,
  withLength,
} from '../shared/judging-options.ts'
import { furtherMetrics, reportsOf, valueAt } from '../shared/reports.ts'
import { definePruner, continueTrial, prune, type PrunerContext } from '../pruner.ts'

/**
 * Judges a trial by several metrics at once: it ends when, at this step, more than `percentile` per cent of the complete
 * trials stand in better Pareto fronts. A trial that is the best compromise of some kind lives although it is behind in each
 * single metric's list. The metrics are the goals of the study unless others are named.
 *
 * Values are those of the step. NaN counts as the worst value. A trial is ranked among those complete trials that
 * reported every metric at exactly this step. With one metric it is the rule of `percentile` for the value at the step, with its
 * warm-up and without a margin: fronts have no distances.
 *
 * The idea to rank unfinished trials by non-dominated sorting is that of multi-objective ASHA: Schmucker, Donini,
 * Zafar, Salinas, Archambeau: Multi-objective asynchronous successive halving. 2021, arXiv:2106.12639.
 */
const paretoOptionsSchema = z.strictObject({
  metrics: z
    .array(
      z.strictObject({
        metric: z.string().min(1),
        direction: z.enum(['minimize', 'maximize']),
      }),
    )
    .min(1)
    .max(8)
    .optional()
    .describe('option.pareto.direction'),
  percentile: z.number().min(0).max(100).default(50).describe('option.pareto.percentile'),
  ...comparisonShape,
})
type ParetoOptions = z.output<typeof paretoOptionsSchema>

const judged = ({ metrics }: ParetoOptions, { goals }: PrunerContext): readonly Goal[] =>
  metrics ?? goals

export const paretoPruner = definePruner({
  name: 'pareto',
  optionsSchema: paretoOptionsSchema,
  metrics: (options, context) =>
    furtherMetrics(
      judged(options, context).map(({ metric }) => metric),
      context.goals,
    ),

  check: ({ metrics = [], ...options }) => [
    ...metrics.flatMap(({ metric }, index) => {
      if (metrics.findIndex(other => other.metric === metric) === index) return []
      const path = ['pruner', 'metrics', index, 'metric']
      return [{ path, value: metric, rule: msg('rule.unique') }]
    }),
    ...checkWarmup(options),
  ],

  create(options, context) {
    const metrics = judged(options, context)
    const cache = new FrontsCache()
    return {
      judge({ trial, others, completeInStudy }) {
        const complete = others.filter(({ state }) => state === 'complete')
        if ((completeInStudy ?? complete.length) < options.startupTrials) return continueTrial
        const length = complete.reduce<CompleteLength>(
          (sum, other) => withLength(sum, other, context),
          NO_LENGTH,
        )
        const warmupSteps = firstJudgedStep(options, trial, length, context)
        if (!isJudged(trial.reports, { ...options, warmupSteps })) return continueTrial
        const { step } = trial.reports.at(-1) as Report
        const trialPoint = pointOf(trial, step, metrics, context)
        if (trialPoint === null) return continueTrial
        const { points, ranks } = cache.read(step, complete, other =>
          pointOf(other, step, metrics, context),
        )
        if (points.length < options.minTrials || points.length === 0) return continueTrial
        let rank = 0
        points.forEach((point, index) => {
          if (dominates(point, trialPoint)) rank = Math.max(rank, (ranks[index] as number) + 1)
        })
        const better = ranks.reduce((count, other) => count + (other < rank ? 1 : 0), 0)
        if (better <= (points.length * options.percentile) / 100) return continueTrial
        const values = metrics.map(({ metric, direction }, index) => ({
          metric,
          value: signOf(direction) * (trialPoint[index] as number),
        }))
        const ranking = { step, front: rank + 1, better }
        const reason = msg('pruning.behindFronts', {
          ...ranking,
          count: points.length,
          values: values.map(value => msg('pruning.metricValue', value)),
        })
        return prune(reason, {
          ...ranking,
          trials: points.length,
          values: Object.fromEntries(
            values.map(({ metric, value }) => [metric, metricToJson(value)]),
          ),
        })
      },
    }
  },
})

/** The metrics at a step, to be minimized; null if one was not reported there. */
function pointOf(
  trial: TrialSnapshot,
  step: number,
  metrics: readonly Goal[],
  context: PrunerContext,
): Point | null {
  const point: number[] = []
  for (const { metric, direction } of metrics) {
    const value = valueAt(reportsOf(trial, metric, context), step)
    if (value === undefined) return null
    point.push(Number.isNaN(value) ? Infinity : signOf(direction) * value)
  }
  return point
}

interface Fronts {
  readonly points: readonly Point[]
  /** 0 for the non-dominated. */
  readonly ranks: Int32Array
}

/** Fronts of the complete trials by step; only saves time, because a complete trial's snapshot never changes. */
class FrontsCache {
  readonly #bySteps = new Map<number, Fronts & { readonly trials: readonly TrialSnapshot[] }>()

  read(
    step: number,
    trials: readonly TrialSnapshot[],
    pointOfTrial: (trial: TrialSnapshot) => Point | null,
  ): Fronts {
    const cached = this.#bySteps.get(step)
    if (
      cached?.trials.length === trials.length &&
      trials.every((trial, index) => cached.trials[index] === trial)
    ) {
      return cached
    }
    const points = trials.map(pointOfTrial).filter(point => point !== null)
    const fronts = { points, ranks: nonDominatedRanks(points), trials }
    this.#bySteps.set(step, fronts)
    return fronts
  }
}
