import { unknownName } from '../../../core/values/closest-name.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { PointCheck } from '../../../core/processes/request-protocol.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import {
  checkpointOfPoint,
  type QueuedPointOrigin,
  type StudyLabels,
  type StudySummary,
} from '../../../core/study/study.ts'
import { settingChanges, type StudyChange, withChange } from '../../../core/study/study-change.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { type Assignment, isFinished } from '../../../core/trial/trial.ts'
import type { EventMark } from '../../../platform/storage/study-store.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { type InterventionChecks, localChecks } from './intervention-checks.ts'
import { refused } from './refused.ts'

/** Runs the studies and tells faces what changed. */
export interface InterventionHost {
  isRunning(studyId: number): boolean
  intervened(studyId: number, change: Intervention): void
  /** @param study as it was */
  removed(study: StudySummary): void
  /** @throws AppError `study.notRunning` */
  suspendTrial(studyId: number, trialNumber: number): void
  /** The session, if one runs, takes the trial up again. */
  unsuspendTrial(studyId: number, trialNumber: number): void
}

export interface Intervention {
  readonly event: EventRecord
  /** The session has to follow this: `search` if later proposals may change, `queue` if a point came or went. */
  readonly affects: 'search' | 'queue' | 'nothing'
  /** Trials that look different now. */
  readonly trials?: readonly number[]
}

export interface InterventionOptions {
  readonly store: StudyStore
  readonly host: InterventionHost
  readonly now: () => number
  /** The program that acts for people. */
  readonly by?: JsonObject
  /** Default: in this process. */
  readonly checks?: InterventionChecks
}

/** Further words of one call of {@link Interventions}. */
export interface Undoing {
  /** The event that it takes back. */
  readonly undoes?: number
}

/**
 * The interventions of people in a study that is there, running or not: each is checked, stored as one event, told to the
 * session that runs and to every face. All of it can be taken back with `undoEvent`.
 * @throws AppError `study.notFound`, `trial.notFound`, `specification.invalid`, `intervention.refused`
 */
export class Interventions {
  readonly #options: InterventionOptions
  readonly #checks: InterventionChecks

  constructor(options: InterventionOptions) {
    this.#options = options
    this.#checks = options.checks ?? localChecks
  }

  /** Limits, parallel trials, pruner, ranges. A finished study that got new limits can be resumed. */
  change(studyId: number, change: StudyChange, undoing: Undoing = {}): EventRecord {
    const study = this.#study(studyId)
    const { space } = study.specification
    const unknown = Object.keys(change.space ?? {}).find(name => !Object.hasOwn(space, name))
    if (unknown !== undefined) {
      const rule = unknownName('parameter', unknown, Object.keys(space))
      throw refused(study, msg('rule.of', { name: unknown, rule }))
    }
    return this.putInForce(study, withChange(study.specification, change), undoing)
  }

  /** Checks a changed specification as if it came from a file, and stores it. */
  putInForce(study: StudySummary, changed: StudySpecification, undoing: Undoing = {}): EventRecord {
    const { store, host } = this.#options
    const checked = this.#checks.study(changed)
    if (!checked.ok) throw new AppError('specification.invalid', { problems: checked.problems })
    // Of what is stored, with its defaults: the record leads back to what was.
    const changes = settingChanges(study.specification, checked.specification)
    if (changes.length === 0) throw refused(study, msg('rule.intervention.noChange'))
    const event = store.changeSpecification({
      studyId: study.id,
      specification: checked.specification,
      detail: { changes: changes.map(change => ({ ...change })) },
      ...this.#mark(undoing),
    })
    // It ended by a rule that may no longer hold.
    this.#reopen(study, msg('ending.changedAfterwards'))
    host.intervened(study.id, { event, affects: 'search' })
    return event
  }

  exclude(
    studyId: number,
    numbers: readonly number[],
    excluded: boolean,
    undoing: Undoing = {},
  ): EventRecord[] {
    const { store, host } = this.#options
    const study = this.#study(studyId)
    const out = new Set(store.excludedTrials(studyId))
    const wanted = numbers.filter(number => out.has(number) !== excluded)
    if (wanted.length === 0) {
      throw refused(
        study,
        msg(excluded ? 'rule.intervention.excluded' : 'rule.intervention.included', {
          trials: numbers,
        }),
      )
    }
    for (const number of wanted) store.trial(studyId, number)
    const events = wanted.map(number =>
      store.setExcluded(studyId, number, excluded, this.#mark(undoing)),
    )
    for (const event of events.slice(0, -1)) host.intervened(studyId, { event, affects: 'nothing' })
    const last = events.at(-1)
    if (last !== undefined)
      host.intervened(studyId, { event: last, affects: 'search', trials: wanted })
    return events
  }

  note(studyId: number, number: number, text: string, undoing: Undoing = {}): EventRecord {
    const event = this.#options.store.setTrialNote(studyId, number, text, this.#mark(undoing))
    this.#options.host.intervened(studyId, { event, affects: 'nothing', trials: [number] })
    return event
  }

  /** The point is tried next; it is whole and keeps every rule of the space. */
  enqueue(
    studyId: number,
    parameters: Assignment,
    origin: QueuedPointOrigin,
    undoing: Undoing = {},
  ): EventRecord {
    const { store } = this.#options
    const { specification } = this.#study(studyId)
    const problems = this.problemsOf({ parameters, specification })
    if (problems.length > 0) throw new AppError('specification.invalid', { problems })
    if (origin.trialNumber !== null) store.trial(studyId, origin.trialNumber)
    return this.enqueuePoint(studyId, parameters, origin, undoing)
  }

  /** What is wrong with a point that is to be tried. */
  problemsOf(check: PointCheck): readonly Problem[] {
    return this.#checks.point(check)
  }

  /** A point that was checked, or that lies outside the space on purpose: a longer training. */
  enqueuePoint(
    studyId: number,
    parameters: Assignment,
    origin: QueuedPointOrigin,
    undoing: Undoing = {},
  ): EventRecord {
    const { store, host } = this.#options
    const event = store.enqueuePoint({ studyId, parameters, origin, ...this.#mark(undoing) })
    // No stop rule holds it back: a person wants this trial.
    if (checkpointOfPoint(origin) !== null) {
      this.#reopen(this.#study(studyId), msg('ending.queuedAfterwards'))
    }
    host.intervened(studyId, { event, affects: 'queue' })
    return event
  }

  /** A running trial saves and waits; one that waits goes on. */
  suspend(studyId: number, number: number): void {
    this.#options.store.trial(studyId, number)
    this.#options.host.suspendTrial(studyId, number)
  }

  unsuspend(studyId: number, number: number): EventRecord {
    const { store, host, now } = this.#options
    const event = store.unsuspendTrial(studyId, number, now())
    // It had ended while the trial waited.
    this.#reopen(this.#study(studyId), msg('ending.trialContinues', { trial: number }))
    host.unsuspendTrial(studyId, number)
    host.intervened(studyId, { event, affects: 'queue', trials: [number] })
    return event
  }

  withdraw(studyId: number, id: number, undoing: Undoing = {}): EventRecord {
    const event = this.#options.store.withdrawPoint(studyId, id, this.#mark(undoing))
    this.#options.host.intervened(studyId, { event, affects: 'queue' })
    return event
  }

  /** The parameters of a finished trial again, as a new trial. */
  retry(studyId: number, number: number): EventRecord {
    const { state, parameters } = this.#options.store.trial(studyId, number)
    if (!isFinished(state)) {
      throw refused(
        this.#study(studyId),
        msg('rule.trial.notEnded', { trial: number, state: msg(`state.${state}`) }),
      )
    }
    return this.enqueue(studyId, parameters, { kind: 'retry', trialNumber: number })
  }

  label(studyId: number, labels: Partial<StudyLabels>, undoing: Undoing = {}): EventRecord {
    const { store, host } = this.#options
    const { baseline } = labels
    // It must be there to be compared with.
    if (baseline != null && 'trial' in baseline) store.trial(studyId, baseline.trial)
    const merged = { ...this.#study(studyId).labels, ...labels }
    const event = store.setLabels(studyId, merged, this.#mark(undoing))
    host.intervened(studyId, { event, affects: 'nothing' })
    return event
  }

  rename(studyId: number, name: string, undoing: Undoing = {}): EventRecord {
    const { store, host } = this.#options
    // Whoever runs it goes by the name that it had.
    if (host.isRunning(studyId)) {
      throw refused(this.#study(studyId), msg('rule.intervention.runs'))
    }
    const event = store.renameStudy(studyId, name, this.#mark(undoing))
    host.intervened(studyId, { event, affects: 'nothing' })
    return event
  }

  /** Into the bin, which is emptied when the back end starts anew. */
  remove(studyId: number): EventRecord {
    const { store, host } = this.#options
    const study = this.#study(studyId)
    if (host.isRunning(studyId)) throw refused(study, msg('rule.intervention.runs'))
    const event = store.deleteStudy(studyId, this.#mark({}))
    host.removed(study)
    return event
  }

  restore(studyId: number): EventRecord {
    const event = this.#options.store.restoreStudy(studyId, this.#mark({}))
    this.#options.host.intervened(studyId, { event, affects: 'nothing' })
    return event
  }

  #reopen({ id, state }: StudySummary, reason: MessageDescriptor): void {
    if (state !== 'finished' && state !== 'failed') return
    const { store, now } = this.#options
    store.setStudyState({
      studyId: id,
      state: 'paused',
      reason,
      event: 'study.paused',
      atMs: now(),
    })
  }

  #study(studyId: number): StudySummary {
    return this.#options.store.studyById(studyId)
  }

  #mark({ undoes }: Undoing): EventMark {
    const { now, by } = this.#options
    return {
      atMs: now(),
      ...(undoes === undefined ? {} : { undoes }),
      ...(by === undefined ? {} : { by }),
    }
  }
}
