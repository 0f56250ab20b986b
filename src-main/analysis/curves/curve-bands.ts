import { ownValue } from '../../core/values/named-values.ts'
import type { CurveBand } from '../../core/questions/analysis.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'

/** Steps of a band at most; further ones are thinned out evenly, the last one stays. */
const MAX_STEPS = 400

type CurveTrial = Pick<TrialRecord, 'state' | 'metrics' | 'parameters'>

/** Bands of groups at most, those of most trials; of more nobody could tell the colors apart. */
const MAX_GROUPS = 8

/**
 * Quantiles of one metric at every step that any of the trials reported: over those that reported there, which become fewer.
 * @param by a parameter: complete trials of each of its values have a band of their own, since curves of different families have
 *   different lengths and levels, and their common median would jump where one family ends
 * @returns bands of complete and of pruned trials, each if there is one, and how many values were not finite
 */
export function curveBands(
  trials: readonly CurveTrial[],
  metric: string,
  by?: string,
): { readonly bands: CurveBand[]; readonly leftOut: number } {
  const bands: CurveBand[] = []
  let leftOut = 0
  for (const { state, group, members } of by === undefined
    ? byState(trials)
    : byValue(trials, by)) {
    const byStep = new Map<number, number[]>()
    let count = 0
    for (const trial of members) {
      const curve = ownValue(trial.metrics, metric)
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
      ...(group === undefined ? {} : { group }),
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

interface CurveMembers {
  readonly state: CurveBand['state']
  readonly group?: string
  readonly members: readonly CurveTrial[]
}

function byState(trials: readonly CurveTrial[]): CurveMembers[] {
  return (['complete', 'pruned'] as const).map(state => ({
    state,
    members: trials.filter(trial => trial.state === state),
  }))
}

function byValue(trials: readonly CurveTrial[], parameter: string): CurveMembers[] {
  const groups = new Map<string, CurveTrial[]>()
  for (const trial of trials) {
    const value = ownValue(trial.parameters, parameter)
    if (trial.state !== 'complete' || value === undefined) continue
    const members = groups.get(String(value))
    if (members === undefined) groups.set(String(value), [trial])
    else members.push(trial)
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_GROUPS)
    .map(([group, members]) => ({ state: 'complete', group, members }))
}
