import { studyCapabilities } from '../../../search/study-capabilities.ts'
import { type FinishedPace, timeLeftMs } from '../../../core/study/time-left.ts'
import { stepsOfTrainings, trainingsOf } from '../../../core/study/trainings.ts'
import { stepsOf } from '../../../core/study/training-steps.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import { finishedCount } from '../../../core/trial/trial.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { trialLimit } from '../../../core/stopping/trials/trials.ts'

/** The mean of the finished trials is read again once they have become more by this share of them. */
const SHARE_OF_NEW = 0.01

/** Reads how much time running studies have left. */
export class TimeLeftReader {
  readonly #reader: Pick<StudyReader, 'finishedPace' | 'runningSteps'>
  readonly #now: () => number
  /** By study; the mean of 100,000 trials is not read five times a second. */
  readonly #paces = new Map<number, { readonly finished: number; readonly pace: FinishedPace }>()

  constructor(reader: Pick<StudyReader, 'finishedPace' | 'runningSteps'>, now: () => number) {
    this.#reader = reader
    this.#now = now
  }

  /** @returns null where no stop rule can be foreseen */
  timeLeftMs({ id, specification, trials: counts, elapsedMs }: StudySummary): number | null {
    const { stop, parallelTrials } = specification
    const capabilities = studyCapabilities(specification)
    const running =
      (trialLimit(stop) === null && stop.runningTrials !== 'finish') || counts.running === 0
        ? []
        : this.#reader.runningSteps(id).map(trial => ({
            startedAtMs: trial.startedAtMs,
            ...stepsOfTrainings(trial, {
              steps: stepsOf({ specification, capabilities }, trial),
              trainings: trainingsOf(specification),
            }),
          }))
    const finished =
      trialLimit(stop) === null ? NONE : this.#finishedPace(id, finishedCount(counts))
    return timeLeftMs({ stop, parallelTrials, counts, elapsedMs, finished, running }, this.#now())
  }

  #finishedPace(studyId: number, finished: number): FinishedPace {
    const read = this.#paces.get(studyId)
    if (read !== undefined && Math.abs(finished - read.finished) <= SHARE_OF_NEW * read.finished) {
      return read.pace
    }
    const pace = this.#reader.finishedPace(studyId)
    this.#paces.set(studyId, { finished, pace })
    return pace
  }
}

const NONE: FinishedPace = { count: 0, totalMs: 0 }
