import { confirmWinner, type TrainedAgain } from '../../../analysis/comparison/confirm-winner.ts'
import { replicatesOf } from '../../../analysis/summary/replicates.ts'
import { type Confirmation, confirmedStudy } from '../../../core/questions/confirmation.ts'
import { isAppError } from '../../../core/errors/errors.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/** The verdict of a study that confirms another one; null where it confirms none. */
export function confirmationOf(
  reader: StudyReader,
  { id, labels, specification }: StudyRecord,
  trials: readonly TrialRecord[],
): Confirmation | null {
  const sourceId = confirmedStudy(labels.tags)
  const [goal] = specification.goals
  if (sourceId === null || goal === undefined) return null
  const source = sourceOf(reader, sourceId)
  const originals = new Map(
    (source?.trials ?? [])
      .filter(({ state }) => state === 'complete')
      .toReversed()
      .map(trial => [keyOf(trial), trial]),
  )
  const events = reader.events(id)
  const trained = trials
    .filter(({ state }) => state === 'complete')
    .map((trial): TrainedAgain => {
      const original = originals.get(keyOf(trial))
      return {
        trial: trial.number,
        originalTrial: original?.number ?? null,
        originalValue: original?.values[0] ?? null,
        values: replicatesOf(events, trial.number).map(values => values[0] ?? Number.NaN),
      }
    })
  const looks = [...events, ...(source?.events ?? [])].filter(
    ({ kind }) => kind === 'winner.tested',
  )
  return {
    source: source === null ? null : { studyId: sourceId, name: source.name },
    metric: goal.metric,
    direction: goal.direction,
    ...confirmWinner(trained, goal.direction),
    testLooks: looks.length,
  }
}

/** Null when it was deleted. */
function sourceOf(reader: StudyReader, studyId: number) {
  try {
    const { name } = reader.studyById(studyId)
    const trials = reader.trials(studyId, { metrics: false })
    return { name, trials, events: reader.events(studyId) }
  } catch (error) {
    if (isAppError(error, 'study.notFound')) return null
    throw error
  }
}

function keyOf({ parameters }: TrialRecord): string {
  return JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)))
}
