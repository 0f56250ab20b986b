import type { MessageDescriptor } from '../../core/errors/message.ts'
import { slotsOf } from '../resources/slot-gate.ts'
import { refreshHistory, type StudyHistory } from './study-history.ts'
import { toRunAgain } from './attempt-start.ts'
import { openRun } from './open-run.ts'
import { flush, hold, runToEnd, suspend } from './run-loop.ts'
import type { StudyRun, StudyRunnerOptions } from './run-state.ts'
import type { StudyEnd } from './study-end.ts'

/**
 * What a host holds of a session that runs: it starts the loop of run-loop.ts once, and hands on what people want of it. Nothing
 * here waits; the loop looks again when it is woken.
 */
export class StudyRunner {
  readonly #run: StudyRun

  constructor(options: StudyRunnerOptions) {
    this.#run = openRun(options)
  }

  /** @throws as `runToEnd` */
  async run(): Promise<StudyEnd> {
    return runToEnd(this.#run)
  }

  /** Removes what killed trainers have left, once none runs any more. */
  sweep(): void {
    this.#run.services.checkpoints.sweep()
  }

  get history(): StudyHistory {
    return this.#run.session.history
  }

  /** Of the study over all its sessions, in milliseconds, as its limit of minutes counts it. */
  get elapsedMs(): number {
    return this.#run.services.clock.elapsedMs
  }

  get runningCount(): number {
    return this.#run.slots.running.size
  }

  /** Starts no further trial; running ones end normally; the study is then paused. */
  pause(): void {
    const { ending } = this.#run
    if (ending.request === 'none') ending.request = 'pause'
    this.#run.wake()
  }

  /** Pauses at once: the machine lacks something, or is wanted for something else. */
  hold(reason: MessageDescriptor): void {
    hold(this.#run, reason)
  }

  /** Starts no further trial; running ones end normally; the study is then stopped. */
  stopAfterRunning(): void {
    const { ending } = this.#run
    if (ending.request !== 'stop') ending.request = 'finish'
    this.#run.wake()
  }

  /** Takes back a pause or a stop that waits for running trials. */
  keepRunning(): void {
    const { ending } = this.#run
    if (ending.request !== 'stop') ending.request = 'none'
    this.#run.wake()
  }

  /** Ends at once; running trials are left interrupted and run again on resume. */
  stop(): void {
    this.#run.ending.request = 'stop'
    this.#run.wake()
  }

  /**
   * A person changed the specification of the study or its excluded trials in the store. Everything from the
   * next commit on follows the store, exactly as if the session began now.
   */
  refresh(): void {
    const { session, services, slots } = this.#run
    const { store, history } = session
    const runningTrials = [...slots.running.values()]
    flush(this.#run)
    const { specification: before } = session.study
    session.study = store.studyById(session.study.id)
    const { specification } = session.study
    const isNewlyJudged = refreshHistory(history, store, session.study, before)
    if (isNewlyJudged) {
      for (const runningTrial of runningTrials) {
        runningTrial.isJudged = true
        runningTrial.attempt.execution?.judge?.()
      }
    }
    services.search.reopen(specification)
    const busySlots = new Set(runningTrials.map(({ trial }) => trial.slot))
    slots.free = slotsOf(specification).filter(slot => !busySlots.has(slot))
    this.reconsider()
  }

  /** What comes next is decided anew, since a person queued a point or withdrew one. */
  reconsider(): void {
    this.#run.counters.revision++
    this.#run.wake()
  }

  /** Saves one running trial and frees its slot; it waits until `unsuspendTrial`, in this session or a later one. */
  suspendTrial(number: number): void {
    const running = this.#run.slots.running.get(number)
    if (running !== undefined) suspend(running)
  }

  /** A trial that was suspended is next, as the store says. */
  unsuspendTrial(number: number): void {
    const { session, services, unstarted, inputs } = this.#run
    const trial = session.store.trial(session.study.id, number)
    unstarted.push(toRunAgain(trial, services.checkpoints))
    inputs.listener.trialUnsuspended?.(number)
    this.reconsider()
  }

  /** Cancels one running trial, also before its attempt has begun; the study goes on. */
  cancelTrial(number: number): void {
    const running = this.#run.slots.running.get(number)
    if (running === undefined) return
    running.isCanceled = true
    running.attempt.execution?.cancel()
  }
}
