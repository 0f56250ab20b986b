import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { AttemptOutcome } from '../../core/processes/trainer-protocol.ts'
import { fitsAnother } from '../../core/study/time-share.ts'
import { trainingsOf } from '../../core/study/trainings.ts'
import { removeEntrySync } from '../../platform/files/remove.ts'
import { Span } from '../../platform/processes/run-time.ts'
import type { LostRace } from './study-race.ts'
import { AttemptTrack } from './reported-metrics.ts'
import type { Replicate } from './replicates.ts'
import type { RunningTrial, StudyRun, Training } from './run-state.ts'

/** What did not fit into a trial's share of the study's time. */
export interface TimeCut {
  readonly limitMs: number
  /** The last step of the first training; null: it had all its steps. */
  readonly step: number | null
  /** Trainings that are done, of how many. */
  readonly done: number
  readonly of: number
}

/** All trainings of an attempt together. */
export interface EndedTrainings {
  readonly outcome: AttemptOutcome
  /** Each of them, once all are done or it has lost a race; empty with a single one. */
  readonly replicates: readonly Replicate[]
  readonly lostRace: LostRace | null
  /** What its share of the study's time has cut off; null: nothing. */
  readonly cut: TimeCut | null
  /** Why it is pruned, where neither the pruner nor a stop rule says so; null: those do. */
  readonly pruneReason: MessageDescriptor | null
}

/**
 * Trains one training of an attempt to its end.
 * @param limitMs the time that it may take; null: as long as it takes
 */
export type Train = (training: Training, limitMs: number | null) => Promise<AttemptOutcome>

/**
 * One attempt: the configuration is trained as often as the study says, fold by fold. The first training reports, is
 * judged by the pruner and keeps its weights; the others give their values, those of other folds their predictions too.
 * If one of them fails, the attempt does.
 * @param begin called before each of several trainings, with how the one before it has ended
 */
export async function trainAll(
  run: StudyRun,
  running: RunningTrial,
  train: Train,
  begin: (training: number, before?: Replicate) => void,
): Promise<EndedTrainings> {
  const { session, services } = run
  const { specification } = session.study
  const count = trainingsOf(specification)
  const limitMs = services.timeShares.ofTrial(running.trial)
  const span = new Span(session.now)
  const { first: firstTraining } = running.attempt
  if (count > 1) begin(0)
  const first = await train(firstTraining, limitMs)
  const cutAtStep = first.state === 'complete' ? (first.cutAtStep ?? null) : null
  const cutAfter = (done: number): TimeCut | null =>
    limitMs === null ? null : { limitMs, step: cutAtStep, done, of: count }
  let cut = cutAtStep === null ? null : cutAfter(1)
  if (count === 1 || first.state !== 'complete')
    return {
      outcome: first,
      replicates: [],
      lostRace: null,
      cut,
      pruneReason: noStep(first, limitMs),
    }
  const replicates = [firstTraining.track.replicateOf(first)]
  const artifacts = [...first.artifacts]
  let lostRace: LostRace | null = null
  for (let number = 1; number < count && !running.isAbandoned; number++) {
    const elapsedMs = span.durationMs
    if (limitMs !== null && !fitsAnother({ elapsedMs, done: number, limitMs })) {
      cut = cutAfter(number)
      break
    }
    lostRace = services.race.judge(replicates.map(({ values }) => values))
    if (lostRace !== null) break
    begin(number, replicates.at(-1))
    const training = newTraining(number, new AttemptTrack(specification))
    const outcome = await train(training, limitMs === null ? null : limitMs - elapsedMs)
    if (limitMs !== null && wasTooLong(outcome)) {
      cut = cutAfter(number)
      if (outcome.state === 'complete')
        for (const artifact of outcome.artifacts) removeEntrySync(artifact.path)
      break
    }
    if (outcome.state !== 'complete')
      return { outcome, replicates: [], lostRace: null, cut, pruneReason: null }
    replicates.push(training.track.replicateOf(outcome))
    artifacts.push(...outcome.artifacts)
  }
  if (lostRace === null)
    return { outcome: { ...first, artifacts }, replicates, lostRace, cut, pruneReason: null }
  return { outcome: { state: 'pruned' }, replicates, lostRace, cut, pruneReason: lostRace.reason }
}

export function newTraining(number: number, track: AttemptTrack): Training {
  return { number, track, limit: null, meter: null }
}

/** Whether a training after the first took longer than those before; its values are not theirs. */
function wasTooLong(outcome: AttemptOutcome): boolean {
  return outcome.state === 'complete'
    ? outcome.cutAtStep !== undefined
    : outcome.state === 'pruned' && outcome.noStepInMs !== undefined
}

/** Of a trial that had not even its first step in time. */
function noStep(outcome: AttemptOutcome, limitMs: number | null): MessageDescriptor | null {
  if (outcome.state !== 'pruned' || outcome.noStepInMs === undefined) return null
  return msg('pruning.noStepInTime', {
    seconds: seconds(limitMs ?? 0),
    elapsedSeconds: seconds(outcome.noStepInMs),
  })
}

/** What the end of a trial says of the time that it lacked. */
export function cutReason({ limitMs, step, done, of }: TimeCut): MessageDescriptor {
  const part = done < of ? done : null
  return msg('ending.timeShare', { seconds: seconds(limitMs), step, part, of })
}

/** With one digit. */
function seconds(durationMs: number): number {
  return Math.round(durationMs / 100) / 10
}
