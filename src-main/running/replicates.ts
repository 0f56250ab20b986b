import type { StudySpecification } from '../contract/study-specification.ts'
import type { TrialValues } from '../contract/trial.ts'
import { mean } from '../math/numbers.ts'
import { deriveSeed } from '../math/random/stream.ts'
import { median } from '../math/statistics/quantile.ts'

/**
 * Seed of one of several trainings of a trial. The first has the trial's own, unless seeds are shared: then training k
 * has the same seed in every trial, and none has that of a trial of the same study.
 */
export function replicateSeed(
  replicate: number,
  trial: { readonly number: number; readonly seed: number },
  { seed: studySeed, replicates }: Pick<StudySpecification, 'seed' | 'replicates'>,
): number {
  if (replicates.seeds === 'shared') {
    return deriveSeed({ seed: studySeed, number: 0, purpose: `shared replicate ${replicate}` })
  }
  if (replicate === 0) return trial.seed
  return deriveSeed({ seed: studySeed, number: trial.number, purpose: `replicate ${replicate}` })
}

/** What a trial is judged by whose configuration was trained several times; NaN where one training gave NaN. */
export function combineReplicates(
  replicates: readonly TrialValues[],
  by: StudySpecification['replicates']['value'],
): TrialValues {
  const combine = (lists: readonly (readonly number[])[]): number[] =>
    (lists[0] ?? []).map((_, place) => {
      const values = lists.map(list => list[place] ?? Number.NaN)
      if (by === 'mean') return mean(values)
      return values.some(Number.isNaN) ? Number.NaN : median(values)
    })
  const values = combine(replicates.map(replicate => replicate.values))
  const constraints = replicates.flatMap(replicate => replicate.constraints ?? [])
  return constraints.length === 0
    ? { values }
    : { values, constraints: combine(replicates.map(replicate => replicate.constraints ?? [])) }
}
