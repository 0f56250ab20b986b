import { AppError } from '../core/errors/errors.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { isFinished, type TrialSnapshot } from '../core/trial/trial.ts'
import { mapTrials } from '../search/earlier/map-trials.ts'
import type { StudyReader } from '../platform/storage/study-store.ts'

/** Of earlier studies, as far as they fit. */
export interface EarlierTrials {
  /** Trials whose values mean the same, numbered from 0. */
  readonly earlier: readonly TrialSnapshot[]
  /** Trials with other data, study by study. */
  readonly elsewhere: readonly (readonly TrialSnapshot[])[]
}

/**
 * The trials of earlier studies that a study learns from. Always the same ones: finished trials never
 * change, and the study says which of them there were when it was created.
 * @throws AppError `study.notFound` when an earlier study is gone, also where another one has its name
 */
export function readEarlierTrials(
  reader: Pick<StudyReader, 'findStudy' | 'history'>,
  specification: StudySpecification,
): EarlierTrials {
  const studies = specification.warmStart.map(
    ({ study, id, trials = Number.POSITIVE_INFINITY, without, data }) => {
      const earlier = reader.findStudy(study)
      if (id !== undefined && id !== earlier.id) throw new AppError('study.notFound', { study })
      const excluded = new Set(without)
      const usableTrials = reader
        .history(earlier.id)
        .filter(
          ({ number, state }) => number < trials && !excluded.has(number) && isFinished(state),
        )
      return { data, ...mapTrials(usableTrials, earlier.specification, specification) }
    },
  )
  return {
    earlier: studies
      .flatMap(({ data, trials }) => (data === 'other' ? [] : trials))
      .map((trial, number) => ({ ...trial, number })),
    elsewhere: studies.flatMap(({ data, trials }) => (data === 'other' ? [trials] : [])),
  }
}
