import { ownValue } from '../../core/values/named-values.ts'
import type { CurveBand } from '../../core/questions/analysis.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'

/** Steps of a band at most; further ones are thinned out evenly, the last one stays. */
const MAX_STEPS = 400

/**
 * Quantiles of one metric at every step that any of the trials reported: over those that reported there, which become fewer.
 * @returns bands of complete and of pruned trials, each if there is one, and how many values were not finite
 */
export function curveBands(
  trials: readonly Pick<TrialRecord, 'state' | 'metrics'>[],
  metric: string,
): { readonly bands: CurveBand[]; readonly leftOut: number } {
  const bands: CurveBand[] = []
  let leftOut = 0
  for (const state of ['complete', 'pruned'] as const) {
    const byStep = new Map<number, number[]>()
    let count = 0
    for (const trial of trials) {
      const curve = trial.state === state ? ownValue(trial.metrics, metric) : undefined
      if (curve === undefined || curve.steps.length === 0) continue
      count++
      curve.steps.forEach((step, index) => {
        const value = curve.values[index] as number
        if (!Number.isFinite(value)) leftOut++
        else if (byStep.has(step)) byStep.get(step)?.push(value)
        else byStep.set(step, [value])
      })
    }
    if (byStep.size === 0) continue
    const all = [...byStep.keys()].sort((a, b) => a - b)
    const stride = Math.ceil(all.length / MAX_STEPS)
    const steps = all.filter((_, index) => index % stride === 0 || index === all.length - 1)
    const sorted = steps.map(step => (byStep.get(step) as number[]).sort((a, b) => a - b))
    const quantile = (share: number): number[] =>
      sorted.map(values => quantileSorted(values, share))
    bands.push({
      state,
      trials: count,
      steps,
      counts: sorted.map(({ length }) => length),
      low: quantile(0),
      lowerQuartile: quantile(0.25),
      median: quantile(0.5),
      upperQuartile: quantile(0.75),
      high: quantile(1),
    })
  }
  return { bands, leftOut }
}
