import { ownValue } from '../../core/values/named-values.ts'
import { isBetter } from '../../core/trial/ranking.ts'
import type { Rung } from '../../core/questions/analysis.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'

/**
 * The trials at each rung of a pruner: how many complete and pruned trials came there, how many of them were stopped there
 * (their last step lies before the next rung), and the values that they had: the last one that they had reported by then.
 * @param rungs steps at which trials are compared, rising
 */
export function rungTable(
  trials: readonly Pick<TrialRecord, 'state' | 'metrics' | 'lastStep'>[],
  metric: string,
  direction: 'minimize' | 'maximize',
  rungs: readonly number[],
): Rung[] {
  return rungs.map((step, index) => {
    const next = rungs[index + 1] ?? Number.POSITIVE_INFINITY
    const trialsAtRung = trials.filter(
      ({ state, lastStep }) =>
        (state === 'complete' || state === 'pruned') && lastStep !== null && lastStep >= step,
    )
    const values = trialsAtRung
      .map(({ metrics }) => valueAt(ownValue(metrics, metric), step))
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    const [low, high] = [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN]
    return {
      step,
      reached: trialsAtRung.length,
      stopped: trialsAtRung.filter(
        ({ state, lastStep }) => state === 'pruned' && (lastStep ?? 0) < next,
      ).length,
      best: isBetter(low, high, direction) ? low : high,
      median: values.length === 0 ? Number.NaN : quantileSorted(values, 0.5),
    }
  })
}

function valueAt(curve: TrialRecord['metrics'][string] | undefined, step: number): number {
  if (curve === undefined) return Number.NaN
  const after = curve.steps.findIndex(curveStep => curveStep > step)
  return curve.values[(after < 0 ? curve.steps.length : after) - 1] ?? Number.NaN
}
