import { observeForNotifications } from '../../notifications/node/study-notifier.ts'
import { AppError, plainError } from '../../../core/errors/errors.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { heldFor, type RunConditionCause } from '../../run-conditions/common/run-conditions.ts'
import { isHeld } from '../../../core/study/held-study.ts'
import type { StudyRow } from '../common/rows.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import type { StudyRunner } from '../../../running/loop/study-runner.ts'
import { removeEntry } from '../../../platform/files/remove.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { EventHub } from '../../api/node/event-hub.ts'
import type { Intervention, InterventionHost } from '../../interventions/node/interventions.ts'
import { MachineMonitor } from '../../../platform/machine/machine-monitor.ts'
import { TrainerCap } from '../../../running/executors/local/node/trainer-cap.ts'
import { endOrphanedJobs } from '../../../running/executors/end-orphaned-jobs.ts'
import { runStudy } from '../../../running/run-study.ts'
import { readHeadline } from './read-headline.ts'
import { TimeLeftReader } from './read-time-left.ts'
import { StudyProgress } from './study-progress.ts'
import { toStudyRow, toTrialRow } from './study-rows.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

export interface StudyHostOptions {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly hub: EventHub
  readonly now: () => number
}

/** What the endpoints need through which programs of others work on studies. */
export interface ServiceOptions extends StudyHostOptions {
  readonly host: StudyHost
  readonly log: (method: string, bug: unknown) => void
}

/** One session of a study in this process, from the moment it is asked for. */
interface Session {
  /** Null while data are prepared. */
  runner: StudyRunner | null
  /** Asked before there was a runner. */
  asked: 'pause' | 'finish' | 'stop' | null
  /** Why it is to give the machine away for a while. */
  held: MessageDescriptor | null
  readonly ended: Promise<void>
}

/**
 * Runs studies for a face: any number at once, each in a session of its own, and tells the hub what
 * happens. The only owner of the writing connection.
 */
export class StudyHost implements InterventionHost {
  /** The load of the machine, for faces and for all its studies. */
  readonly monitor: MachineMonitor
  /** Of all its studies, and of models that are made of them. */
  readonly trainers: TrainerCap
  readonly #options: StudyHostOptions
  readonly #timeLeft: TimeLeftReader
  readonly #sessions = new Map<number, Session>()
  /** Studies that start one after the other: the next one by the one that runs. */
  readonly #next = new Map<number, readonly number[]>()

  /** Studies that programs of others run, and this process writes; how to tell them of a change. */
  readonly #watched = new Map<number, () => void>()

  /** Sessions that gave the machine away, and go on when it is free. */
  readonly #heldBack = new Set<number>()

  /** Studies that began since the queue was looked at. */
  readonly begun = new Set<number>()

  #closed = false

  constructor(options: StudyHostOptions) {
    this.#options = options
    this.#timeLeft = new TimeLeftReader(options.store, options.now)
    this.monitor = new MachineMonitor({ now: options.now })
    this.trainers = TrainerCap.ofUser(() => this.monitor.gpus().length)
    // Studies that were deleted in an earlier run of the application go for good; until then they could come back.
    for (const id of options.store.emptyBin()) {
      const { workspace } = options
      for (const folder of [workspace.artifactDirectory(id), workspace.checkpointDirectory(id)]) {
        removeEntry(folder).catch(() => undefined)
      }
    }
  }

  /** Whether any study runs here. */
  get isBusy(): boolean {
    return this.#sessions.size + this.#watched.size > 0
  }

  isRunning(studyId: number): boolean {
    return this.#sessions.has(studyId) || this.#watched.has(studyId)
  }

  /** A program of somebody else works on a study, or has left it. */
  watch(studyId: number, isRunning: boolean, refresh = (): void => undefined): void {
    if (isRunning) this.#watched.set(studyId, refresh)
    else this.#watched.delete(studyId)
  }

  /** @param study what the store says, where that is known already */
  row(studyId: number, study?: StudySummary): StudyRow {
    const { store } = this.#options
    const shown = study ?? store.studyById(studyId)
    const session = this.#shownSession(studyId)
    // Its best trial may be tested after that.
    const isRunning = session.runsInThisProcess && shown.state === 'running'
    return toStudyRow(shown, {
      ...session,
      best: readHeadline(store, shown),
      timeLeftMs: isRunning ? this.#timeLeft.timeLeftMs(shown) : null,
      completeValues: store.completeValues(studyId),
    })
  }

  rows(): StudyRow[] {
    return this.#options.store.listStudies().map(study => this.row(study.id, study))
  }

  /**
   * Starts a new study, or goes on with one that was paused, stopped or killed. Returns at once; what
   * follows is told to the hub.
   * @throws AppError `study.notFound`, `study.running`
   */
  start(studyId: number): void {
    const { store, workspace, hub, now } = this.#options
    const study = store.studyById(studyId)
    if (this.isRunning(studyId)) throw new AppError('study.running', { study: study.name })
    const progress = new StudyProgress({ studyId, store, hub, row: () => this.row(studyId) })
    const session: Session = {
      runner: null,
      asked: null,
      held: null,
      ended: runStudy({
        store,
        study,
        workspace,
        now,
        monitor: this.monitor,
        trainers: this.trainers,
        listener: progress.listener,
        observers: [observeForNotifications],
        onRunner: runner => {
          session.runner = runner
          if (session.held !== null) runner.hold(session.held)
          if (session.asked === 'stop') runner.stop()
          else if (session.asked === 'finish') runner.stopAfterRunning()
          else if (session.asked === 'pause') runner.pause()
        },
      })
        .then(() => undefined)
        .catch((error: unknown) => {
          hub.emit({ type: 'sessionFailed', studyId, error: plainError(error) })
        })
        .finally(() => {
          this.#sessions.delete(studyId)
          progress.close()
          this.#keepHeld(studyId, session)
          this.announce(studyId)
          if (!this.#heldBack.has(studyId)) this.#resumeAfter(studyId)
        }),
    }
    this.#heldBack.delete(studyId)
    this.begun.add(studyId)
    this.#sessions.set(studyId, session)
    this.announce(studyId)
  }

  /** Studies that run here now. */
  get sessions(): readonly number[] {
    return [...this.#sessions.keys()]
  }

  /** Saves its trials and pauses at once, until `letGo`. @throws AppError `study.notRunning` */
  hold(studyId: number, reason: MessageDescriptor): void {
    const session = this.#session(studyId)
    session.held = reason
    session.runner?.hold(reason)
  }

  isHeldBack(studyId: number): boolean {
    return (this.#sessions.get(studyId)?.held ?? null) !== null
  }

  /** What was held when the last session of this program ended waits with the others. @returns what for */
  takeUpHeld(): RunConditionCause[] {
    const held = this.#options.store.listStudies().filter(isHeld)
    for (const { id } of held) this.#heldBack.add(id)
    return held.map(heldFor).filter(cause => cause !== null)
  }

  /** What was held goes on, but for causes that may be there still. */
  letGo(isUnsure: (cause: RunConditionCause) => boolean): void {
    for (const studyId of this.#heldBack) {
      try {
        const cause = heldFor(this.#options.store.studyById(studyId))
        if (cause !== null && isUnsure(cause)) continue
        this.#heldBack.delete(studyId)
        this.start(studyId)
      } catch (error) {
        this.#heldBack.delete(studyId)
        // It was deleted meanwhile, or another process runs it.
        this.#options.hub.emit({ type: 'sessionFailed', studyId, error: plainError(error) })
      }
    }
  }

  /** A person's word stands: what was asked to pause or stop does not go on by itself. */
  #keepHeld(studyId: number, { held, asked: endRequest }: Session): void {
    if (held === null || this.#closed) return
    if (endRequest !== null) this.#stay(studyId, endRequest === 'pause' ? 'paused' : 'stopped')
    else if (this.#options.store.studyById(studyId).state === 'paused') this.#heldBack.add(studyId)
  }

  /** It does not go on by itself. @returns false for one that was not held */
  #stay(studyId: number, state: 'paused' | 'stopped'): boolean {
    const { store, now } = this.#options
    if (this.isRunning(studyId) || !isHeld(store.studyById(studyId))) return false
    this.#heldBack.delete(studyId)
    const reason = msg(`ending.${state}`)
    store.setStudyState({ studyId, state, reason, event: `study.${state}`, atMs: now() })
    this.announce(studyId)
    return true
  }

  /**
   * Starts studies one after the other, each when the one before has finished or failed. One that a person pauses or stops
   * ends the row; what it had not come to stays as it was created, as it does when this process ends.
   */
  startInTurn(studyIds: readonly number[]): void {
    const [first, ...nextIds] = studyIds
    if (first === undefined) return
    this.#next.set(first, nextIds)
    this.start(first)
  }

  #resumeAfter(studyId: number): void {
    const nextIds = this.#next.get(studyId)
    this.#next.delete(studyId)
    if (nextIds === undefined || this.#closed) return
    const { state } = this.#options.store.studyById(studyId)
    if (state === 'finished' || state === 'failed') this.startInTurn(nextIds)
  }

  /** Tells every face of a study that is new. */
  announce(studyId: number): void {
    this.#options.hub.emit({ type: 'study', study: this.row(studyId) })
  }

  /** Lets running trials end, then pauses. @throws AppError `study.notRunning` */
  pause(studyId: number): void {
    if (this.#stay(studyId, 'paused')) return
    const session = this.#session(studyId)
    session.asked ??= 'pause'
    session.runner?.pause()
    this.announce(studyId)
  }

  /**
   * Ends now, and running trials run again on resume, or after its running trials.
   * @throws AppError `study.notRunning`
   */
  stop(studyId: number, when: 'now' | 'afterRunning' = 'now'): void {
    if (this.#stay(studyId, 'stopped')) return
    const session = this.#session(studyId)
    session.asked = when === 'now' ? 'stop' : 'finish'
    if (when === 'now') session.runner?.stop()
    else session.runner?.stopAfterRunning()
    this.announce(studyId)
  }

  /** Takes back a pause or a stop that waits for running trials. @throws AppError `study.notRunning` */
  keepRunning(studyId: number): void {
    const session = this.#session(studyId)
    if (session.asked !== 'stop') session.asked = null
    session.runner?.keepRunning()
    this.announce(studyId)
  }

  /** A person changed a study in the store: the session follows, faces hear of it. */
  intervened(studyId: number, { event, affects, trials = [] }: Intervention): void {
    const { store, hub } = this.#options
    const runner = this.#sessions.get(studyId)?.runner
    if (affects === 'search') {
      runner?.refresh()
      this.#watched.get(studyId)?.()
    }
    if (affects === 'queue') runner?.reconsider()
    hub.emit({
      type: 'intervention',
      study: this.row(studyId),
      event,
      trials: trials.map(number => toTrialRow(store.trial(studyId, number))),
    })
  }

  /** A study went into the bin: what it has left on other machines ends. */
  removed(study: StudySummary): void {
    const { id: studyId } = study
    this.#heldBack.delete(studyId)
    this.#options.hub.emit({ type: 'studyDeleted', studyId })
    // What cannot be told now is told by the next session with that machine.
    endOrphanedJobs(study, this.#options.workspace).catch(() => undefined)
  }

  /** Cancels one running trial; the study goes on. @throws AppError `study.notRunning` */
  cancelTrial(studyId: number, trialNumber: number): void {
    this.#session(studyId).runner?.cancelTrial(trialNumber)
  }

  /** Saves one running trial and frees its slot. @throws AppError `study.notRunning` */
  suspendTrial(studyId: number, trialNumber: number): void {
    this.#session(studyId).runner?.suspendTrial(trialNumber)
  }

  unsuspendTrial(studyId: number, trialNumber: number): void {
    this.#sessions.get(studyId)?.runner?.unsuspendTrial(trialNumber)
  }

  /** Stops every session and waits until all have ended; the store can be closed then. */
  async close(): Promise<void> {
    this.#closed = true
    this.#heldBack.clear()
    const sessions = [...this.#sessions.entries()]
    for (const [studyId] of sessions) this.stop(studyId)
    await Promise.all(sessions.map(([, session]) => session.ended))
    this.monitor.close()
  }

  #shownSession(studyId: number): Pick<StudyRow, 'runsInThisProcess' | 'requestedEnd'> {
    const session = this.#sessions.get(studyId)
    const endRequest = session?.asked ?? null
    return {
      runsInThisProcess: this.isRunning(studyId),
      requestedEnd: endRequest === 'pause' ? 'pause' : endRequest && 'stop',
    }
  }

  #session(studyId: number): Session {
    const session = this.#sessions.get(studyId)
    if (session !== undefined) return session
    const { name } = this.#options.store.studyById(studyId)
    throw new AppError('study.notRunning', { study: name })
  }
}
