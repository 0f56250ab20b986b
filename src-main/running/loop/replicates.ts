import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialValues } from '../../core/trial/trial.ts'
import { mean } from '../../math/numbers.ts'
import { deriveSeed } from '../../math/random/stream.ts'
import { median } from '../../math/statistics/quantile.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'

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

/** One of several trainings of a configuration. */
export interface Replicate extends TrialValues {
  readonly bestStep: number | null
}

/**
 * What a trial of several trainings ends with.
 * @param estimates its values, where it has not done all of them
 */
export function replicatedEnd(
  replicates: readonly Replicate[],
  by: StudySpecification['replicates']['value'],
  estimates?: readonly number[],
): TrialValues & Pick<TrialFinish, 'replicates' | 'replicateSteps'> {
  return {
    ...combineReplicates(replicates, by),
    ...(estimates === undefined ? {} : { values: estimates }),
    replicates: replicates.map(({ values }) => values),
    replicateSteps: replicates.map(({ bestStep }) => bestStep),
  }
}

/** @param lists one per training, one value per goal (or constraint); NaN where one training gave NaN */
export function combineValues(
  lists: readonly (readonly number[])[],
  by: StudySpecification['replicates']['value'],
): number[] {
  return (lists[0] ?? []).map((_, index) => {
    const values = lists.map(list => list[index] ?? Number.NaN)
    if (by === 'mean') return mean(values)
    return values.some(Number.isNaN) ? Number.NaN : median(values)
  })
}

/** The values of a trial whose configuration was trained several times. */
function combineReplicates(
  replicates: readonly TrialValues[],
  by: StudySpecification['replicates']['value'],
): TrialValues {
  const combine = (lists: readonly (readonly number[])[]): number[] => combineValues(lists, by)
  const values = combine(replicates.map(replicate => replicate.values))
  const constraints = replicates.flatMap(replicate => replicate.constraints ?? [])
  return constraints.length === 0
    ? { values }
    : { values, constraints: combine(replicates.map(replicate => replicate.constraints ?? [])) }
}
