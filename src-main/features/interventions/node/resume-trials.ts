import { msg } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { CheckpointRecord } from '../../../core/trial/checkpoint.ts'
import { canBeExtended, resumesByItself } from '../../../core/objectives/checkpoint-support.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import { type Assignment, isFinished } from '../../../core/trial/trial.ts'
import { bestTrials } from '../../../core/trial/ranking.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { Interventions } from './interventions.ts'
import { refused } from './refused.ts'

interface ResumeOptions {
  readonly interventions: Interventions
  readonly store: StudyStore
}

/**
 * Queues finished trials for more epochs: each becomes a new trial that continues the old one's training bit for bit, with the
 * schedule of the longer training; a program of the user is told at which step it ends, and keeps its parameters. The study
 * gets room for them; no stop rule holds them back.
 * @param epochs more, at least 1
 * @returns one event per trial, after that of the room if some was needed
 * @throws AppError `intervention.refused` where a trial has not ended or has no checkpoint, or the objective has no epochs
 */
export function extendTrials(
  { interventions, store }: ResumeOptions,
  studyId: number,
  numbers: readonly number[],
  epochs: number,
): EventRecord[] {
  const study = store.studyById(studyId)
  const { objective } = study.specification
  if (!canBeExtended(objective)) {
    const rule = msg('rule.intervention.notExtendable')
    throw refused(study, rule)
  }
  const points = numbers.map(number => {
    const { step } = lastCheckpoint(store, study, number)
    const { parameters } = store.trial(studyId, number)
    const origin = { kind: 'continue' as const, trialNumber: number, step }
    return resumesByItself(objective)
      ? { parameters, origin: { ...origin, untilStep: step + epochs } }
      : { parameters: { ...parameters, epochs: step + epochs }, origin }
  })
  return [
    ...makeRoom({ interventions, store }, study, points.length),
    ...points.map(({ parameters, origin }) =>
      interventions.enqueuePoint(studyId, parameters, origin),
    ),
  ]
}

/** Numbers of the best trials by the first goal, best first. */
export function bestNumbers(store: StudyStore, studyId: number, count: number): number[] {
  const [goal] = store.studyById(studyId).specification.goals
  const best = bestTrials(store.history(studyId, [], { reports: 'none' }), goal).slice(0, count)
  return best.map(({ number }) => number)
}

/**
 * Queues a new trial that begins with what a finished one has learned.
 * @param changes values that differ; the others are the parent's
 * @param mode see `OriginMode`
 * @param epochs of a fork: so many more than the parent had, also where the space has no such length
 * @returns the event of the trial, after that of the room if some was needed
 * @throws AppError `specification.invalid` where the point does not fit the space; `intervention.refused`
 */
export function forkTrial(
  { interventions, store }: ResumeOptions,
  studyId: number,
  number: number,
  changes: Assignment,
  mode: 'fork' | 'initialize',
  epochs?: number,
): EventRecord[] {
  const study = store.studyById(studyId)
  const { step } = lastCheckpoint(store, study, number)
  const { specification } = study
  const isOwn = resumesByItself(specification.objective)
  if (isOwn && mode === 'initialize') {
    const rule = msg('rule.intervention.ownWeights')
    throw refused(study, rule)
  }
  const longer = !isOwn && mode === 'fork' && epochs !== undefined ? { epochs: step + epochs } : {}
  const parameters: Assignment = {
    ...store.trial(studyId, number).parameters,
    ...changes,
    ...longer,
  }
  const problems = interventions.problemsOf({ parameters, specification })
  const wrong = problems.filter(({ path }) => !('epochs' in longer) || path.at(-1) !== 'epochs')
  if (wrong.length > 0) throw new AppError('specification.invalid', { problems: wrong })
  const total = parameters['epochs']
  if (!isOwn && mode === 'fork' && typeof total === 'number' && total <= step) {
    const rule = msg('rule.intervention.forkEnds', { trial: number, step, epochs: total })
    throw refused(study, rule)
  }
  return [
    ...makeRoom({ interventions, store }, study, 1),
    interventions.enqueuePoint(studyId, parameters, {
      kind: mode,
      trialNumber: number,
      step,
      // A program is told where it ends; its parameters are its own.
      ...(isOwn && epochs !== undefined ? { untilStep: step + epochs } : {}),
    }),
  ]
}

/** The checkpoint of a finished trial that another one can go on from; null: none is kept, or it has not ended. */
export function resumableCheckpoint(
  store: StudyStore,
  studyId: number,
  number: number,
): { readonly step: number; readonly bytes: number } | null {
  if (!isFinished(store.trial(studyId, number).state)) return null
  const last = store.checkpoints(studyId, number).findLast(({ batch }) => batch === 0)
  return last === undefined ? null : { step: last.step, bytes: last.bytes }
}

function lastCheckpoint(store: StudyStore, study: StudySummary, number: number): CheckpointRecord {
  const { state } = store.trial(study.id, number)
  if (!isFinished(state))
    throw refused(
      study,
      msg('rule.trial.notEnded', { trial: number, state: msg(`state.${state}`) }),
    )
  const checkpoint = store.checkpoints(study.id, number).findLast(({ batch }) => batch === 0)
  if (checkpoint !== undefined) return checkpoint
  const rule = msg('rule.intervention.noCheckpoint', { trial: number })
  throw refused(study, rule)
}

/** A study that is at its number of trials, or will be before these have begun, would not start them. */
function makeRoom(
  { interventions, store }: ResumeOptions,
  study: StudySummary,
  count: number,
): EventRecord[] {
  const { stop } = study.specification
  const { trials } = stop
  if (trials === undefined) return []
  const done =
    store.history(study.id, [], { reports: 'none' }).length + store.queuedPoints(study.id).length
  if (done + count <= trials) return []
  return [interventions.change(study.id, { stop: { ...stop, trials: done + count } })]
}
