import type { EventKind } from '../core/study/events.ts'
import { msg, type MessageDescriptor } from '../core/errors/message.ts'
import type { StudyRecord, StudyState } from '../core/study/study.ts'
import { waitingMessage } from '../core/study/event-message.ts'
import { unwritableReason } from '../core/errors/unwritable.ts'
import { readEarlierTrials } from './earlier-trials.ts'
import {
  storeAttempt,
  takeInterrupted,
  toRunAgain,
  concludeEnd,
  nextPoint,
  AttemptStart,
  startTrial,
  stopBefore,
  type EndRequest,
  requestedEnd,
  type StudyEnd,
} from './next-trial.ts'
import { ElapsedClock, openHistory, refreshHistory, type StudyHistory } from './study-history.ts'
import { MetricBuffer } from './trial-results.ts'
import { SlotGate, slotsOf } from './resources/slot-gate.ts'
import { recordRestart, SearchLink } from './search-link.ts'
import { StudyRace } from './study-race.ts'
import { StudyCheckpoints } from './study-checkpoints.ts'
import { TimeShares } from './time-shares.ts'
import { endAtLimit, suspendTrials } from './suspend-trials.ts'
import type { TrialEnvironment, TrialToRun, StudyRunnerOptions } from './trial-environment.ts'
import { TrialRun } from './trial-run.ts'
import { Span } from '../platform/processes/run-time.ts'

/** Metrics reach the disk this often while trials run. */
const FLUSH_EVERY_MS = 200
const ELAPSED_EVERY_MS = 1_000

/**
 * Runs one study in one session: keeps the slots busy, stores before it acts, and ends with a
 * stop rule, an exhausted sampler, a pause, a stop or an error. Trials that an earlier session left
 * interrupted run first, with the same numbers, parameters and seeds.
 */
export class StudyRunner {
  readonly #options: StudyRunnerOptions
  readonly #history: StudyHistory
  readonly #search: SearchLink
  readonly #gate: SlotGate
  readonly #buffer = new MetricBuffer()
  readonly #running = new Map<number, TrialRun>()
  #study: StudyRecord
  #freeSlots: number[]
  /** Number of the first trial that this session proposes. */
  readonly #firstNumber: number
  readonly #environment: TrialEnvironment
  readonly #clock: ElapsedClock
  readonly #checkpoints: StudyCheckpoints
  readonly #interrupted: TrialToRun[]
  #attemptId = 0
  #request: EndRequest = 'none'
  /** Rises with every intervention; what was decided before one is decided again. */
  #revision = 0
  /** Trials that are suspended from now on are so by the end of the session. */
  #isEnding = false
  #failure: { readonly error: unknown } | null = null
  /** What the machine lacks, for which the study waits. */
  #pauseReason: MessageDescriptor | null = null
  /** Why no further trial makes sense. */
  #refusal: MessageDescriptor | null = null
  #wake: () => void = () => undefined
  /** Removes what killed trainers have left, once none runs any more. */
  readonly sweep = (): void => this.#checkpoints.sweep()

  constructor(options: StudyRunnerOptions) {
    const { store, study, resources, now } = options
    const { userDirectory = () => null, checkpointDirectory = null } = options
    this.#options = options
    this.#gate = new SlotGate({
      resources,
      store,
      studyId: study.id,
      now,
      executor: options.executor,
      onWait: ({ detail }) => options.listener?.slotWaiting?.(waitingMessage(detail)),
      onRoom: () => this.#wake(),
    })
    this.#study = study
    this.#clock = new ElapsedClock(study.elapsedMs)
    this.#freeSlots = slotsOf(study.specification)
    const current = (): StudyRecord => this.#study
    this.#checkpoints = new StudyCheckpoints({
      store,
      now,
      directory: checkpointDirectory,
      userDirectory,
      study: current,
    })
    this.#checkpoints.sweep()
    this.#interrupted = takeInterrupted(store, study.id, now(), this.#checkpoints)
    this.#history = openHistory(store, study)
    this.#firstNumber = this.#history.nextNumber
    this.#search = new SearchLink({
      specification: study.specification,
      history: this.#history,
      earlierFor: changed => readEarlierTrials(store, changed),
      onRestart: reason => this.#guarded(() => recordRestart(store, study.id, reason, now())),
    })
    this.#environment = {
      ...options,
      get study() {
        return current()
      },
      history: this.#history,
      race: new StudyRace(store, current, this.#history),
      timeShares: new TimeShares(store, current),
      search: this.#search,
      buffer: this.#buffer,
      listener: options.listener ?? {},
      trace: (point, trialNumber, pids) =>
        options.trace?.(point, trialNumber, { ...pids, search: this.#search.pid }),
      nextAttemptId: () => ++this.#attemptId,
      fail: error => this.#fail(error),
      pause: reason => this.hold(reason),
      refuse: reason => void (this.#refusal ??= reason),
      artifactDirectory: options.artifactDirectory ?? (() => null),
      files: options.files ?? null,
      userDirectory,
      checkpointDirectory,
      checkpoints: this.#checkpoints,
    }
  }

  get history(): StudyHistory {
    return this.#history
  }

  get runningCount(): number {
    return this.#running.size
  }

  /** Starts no further trial; running ones end normally; the study is then paused. */
  pause(): void {
    if (this.#request === 'none') this.#request = 'pause'
    this.#wake()
  }

  /** Pauses at once: the machine lacks something, or is wanted for something else. */
  hold(reason: MessageDescriptor): void {
    this.#pauseReason ??= reason
    this.#wake()
  }

  /** Starts no further trial; running ones end normally; the study is then stopped. */
  stopAfterRunning(): void {
    if (this.#request !== 'stop') this.#request = 'finish'
    this.#wake()
  }

  /** Takes back a pause or a stop that waits for running trials. */
  keepRunning(): void {
    if (this.#request !== 'stop') this.#request = 'none'
    this.#wake()
  }

  /**
   * A person changed the specification of the study or its excluded trials in the store. Everything from the
   * next commit on follows the store, exactly as if the session began now.
   */
  refresh(): void {
    const { store } = this.#options
    this.#flush()
    const { specification: before } = this.#study
    this.#study = store.studyById(this.#study.id)
    const { specification } = this.#study
    const isNewlyJudged = refreshHistory(this.#history, store, this.#study, before)
    if (isNewlyJudged) for (const run of this.#running.values()) run.judge()
    this.#search.reopen(specification)
    const busySlots = new Set([...this.#running.values()].map(({ trial }) => trial.slot))
    this.#freeSlots = slotsOf(specification).filter(slot => !busySlots.has(slot))
    this.reconsider()
  }

  /** What comes next is decided anew, since a person queued a point or withdrew one. */
  reconsider(): void {
    this.#revision++
    this.#wake()
  }

  /** Ends at once; running trials are left interrupted and run again on resume. */
  stop(): void {
    this.#request = 'stop'
    this.#wake()
  }

  /** Saves one running trial and frees its slot; it waits until `unsuspendTrial`, in this session or a later one. */
  suspendTrial(number: number): void {
    this.#running.get(number)?.suspend()
  }

  /** A trial that was suspended is next, as the store says. */
  unsuspendTrial(number: number): void {
    const { store, study } = this.#options
    this.#interrupted.push(toRunAgain(store.trial(study.id, number), this.#checkpoints))
    this.#environment.listener.trialUnsuspended?.(number)
    this.reconsider()
  }

  /** Cancels one running trial; the study goes on. */
  cancelTrial(number: number): void {
    this.#running.get(number)?.cancel()
  }

  /**
   * @throws whatever ended the session other than a rule or a person; everything acknowledged is
   *   stored and the study can be resumed
   */
  async run(): Promise<StudyEnd> {
    const timers = [
      setInterval(() => this.#guarded(() => this.#flush()), FLUSH_EVERY_MS),
      setInterval(() => {
        this.#guarded(() => this.#countElapsed())
        this.#wake()
      }, ELAPSED_EVERY_MS),
    ]
    try {
      const resumed = this.#history.nextNumber > 0
      this.#setState('running', null, resumed ? 'study.resumed' : 'study.started')
      await this.#search.ready()
      const end = await this.#loop().catch(async (error: unknown) => {
        if (unwritableReason(error) === null) throw error
        this.#fail(error)
        return this.#loop()
      })
      return this.#recordEnd(concludeEnd(end, this.#history.trials))
    } finally {
      for (const timer of timers) clearInterval(timer)
      for (const run of this.#running.values()) run.abandon()
      await this.#search.close()
    }
  }

  /**
   * A full disk may have no room for the end either: the study then waits as far as this session knows, and the next one finds it as
   * after a kill.
   */
  #recordEnd(end: StudyEnd): StudyEnd {
    const { store, study, listener, now } = this.#options
    try {
      this.#flush()
      this.#countElapsed()
      store.interruptRunning(study.id, now())
      this.#setState(end.state, end.reason, `study.${end.state}`)
      return end
    } catch (error) {
      const unwritable = unwritableReason(error)
      if (unwritable === null) throw error
      const reason = this.#pauseReason ?? unwritable
      listener?.stateChanged?.('paused', reason)
      return { state: 'paused', reason }
    }
  }

  async #loop(): Promise<StudyEnd> {
    let end: StudyEnd | null = null
    let revision = this.#revision
    for (;;) {
      const woken = this.#nextWake()
      if (this.#failure !== null) throw this.#failure.error
      if (this.#pauseReason !== null || this.#request === 'stop') {
        await this.#suspendAll()
        if (this.#pauseReason !== null) return { state: 'paused', reason: this.#pauseReason }
        return { state: 'stopped', reason: msg('ending.stopped') }
      }
      const timeOver = endAtLimit(this.#study.specification.stop, this.#clock, this.#running)
      if (timeOver !== null) {
        await this.#suspendAll()
        return timeOver
      }
      if (revision !== this.#revision) end = null
      revision = this.#revision
      end ??= await this.#fillSlots()
      if (revision !== this.#revision) continue
      if (end !== null && this.#running.size === 0) return end
      // A stop rule that held once stays; a pause is asked for again, since it may be the last trial.
      if (end?.state === 'paused' || end?.state === 'stopped') end = null
      await woken
    }
  }

  async #nextWake(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  async #suspendAll(): Promise<void> {
    this.#isEnding = true
    await suspendTrials(this.#running, () => this.#nextWake())
  }

  /** Starts trials until no slot is free; returns how the study ends once the running ones are done. */
  async #fillSlots(): Promise<StudyEnd | null> {
    while (this.#freeSlots.length > 0 && this.#failure === null && this.#pauseReason === null) {
      const studyEnd = requestedEnd(this.#request)
      if (studyEnd !== null) return studyEnd
      const decision = this.#interrupted.length > 0 ? null : this.#stopBeforeNext()
      if (decision !== null) return decision
      // Asked again every second.
      const slot = this.#gate.choose(this.#freeSlots, this.#running.size)
      if (slot === null) break
      const interrupted = this.#interrupted.shift()
      if (interrupted !== undefined) {
        this.#restart({ ...interrupted, slot })
        continue
      }
      const revision = this.#revision
      const number = this.#history.nextNumber
      const { store, now } = this.#options
      const { trials } = this.#history
      const proposal = await nextPoint(store, this.#study, this.#search, number, trials)
      // A proposal from before an intervention is void: the next session would not propose it either.
      if (revision !== this.#revision) continue
      if ('exhausted' in proposal) return { state: 'finished', reason: proposal.reason }
      this.#environment.trace('proposed', number, {})
      const span = new Span(now)
      const next = { number, slot, proposal, atMs: span.startedAtMs }
      const trial = startTrial(store, this.#study, next)
      this.#environment.trace('committed', number, {})
      this.#launch(trial, 1, span)
    }
    return requestedEnd(this.#request)
  }

  #stopBeforeNext(): StudyEnd | null {
    if (this.#refusal !== null) return { state: 'failed', reason: this.#refusal }
    return stopBefore(this.#options.store, this.#study, {
      history: this.#history,
      elapsedMs: this.#clock.elapsedMs,
      failuresFrom: this.#firstNumber,
    })
  }

  #restart(next: TrialToRun): void {
    const { store, study, now } = this.#options
    const { known: startingPoint } = new AttemptStart(next, this.#checkpoints)
    const span = new Span(now)
    this.#launch(next, storeAttempt(store, study.id, next, startingPoint, span.startedAtMs), span)
  }

  /** @param span from the start that was committed: the clock of the machine may be set right after it */
  #launch(trial: TrialToRun, attempt: number, span: Span): void {
    const { number, parameters, slot } = trial
    this.#freeSlots.splice(this.#freeSlots.indexOf(slot), 1)
    const run = new TrialRun(this.#environment, trial, span)
    this.#history.started(number, parameters, run.start)
    this.#running.set(number, run)
    const atMs = this.#options.now()
    this.#environment.listener.trialStarted?.({ number, attempt, slot, parameters, atMs })
    run
      .run()
      .then(() => this.#afterRun(run))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(number)
        this.#options.resources.free(slot)
        if (slot < this.#study.specification.parallelTrials) this.#freeSlots.push(slot)
        this.#freeSlots.sort((left, right) => left - right)
        this.#wake()
      })
      .catch(() => undefined)
  }

  async #afterRun(run: TrialRun): Promise<void> {
    const { number } = run.trial
    const { state } = this.#history.trial(number)
    if (state === 'running' && run.isSuspended && !this.#isEnding) {
      const { store, study, now } = this.#options
      this.#flush()
      store.suspendTrial(study.id, number, now())
      this.#history.interrupted(number)
      await this.#search.finished(number, 'interrupted', { values: [] })
      this.#environment.listener.trialSuspended?.(number)
    }
    this.#checkpoints.afterTrial(number, this.#history.trials)
  }

  #flush(): void {
    const batches = this.#buffer.takeAll()
    if (batches.length === 0) return
    this.#options.store.appendMetrics(this.#study.id, batches)
    const { trace } = this.#environment
    for (const { trialNumber } of batches) trace('metricsFlushed', trialNumber, {})
  }

  #countElapsed(): void {
    this.#clock.count(durationMs => this.#options.store.addElapsed(this.#study.id, durationMs))
  }

  #setState(state: StudyState, reason: MessageDescriptor | null, event: EventKind): void {
    const { store, study } = this.#options
    store.setStudyState({ studyId: study.id, state, reason, event, atMs: this.#options.now() })
    this.#environment.listener.stateChanged?.(state, reason)
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    const unwritable = unwritableReason(error)
    if (unwritable === null) this.#failure ??= { error }
    else this.#pauseReason ??= unwritable
    this.#wake()
  }
}
