import { tooCostly } from './static-costs.ts'
import { fitsAnother } from '../core/study/time-share.ts'
import { trainingsOf } from '../core/study/trainings.ts'
import { defined } from '../core/values/json.ts'
import type { AttemptOutcome, MetricColumns } from '../core/processes/trainer-protocol.ts'
import { msg, type MessageDescriptor } from '../core/errors/message.ts'
import { type Failure, type TrialResult, type TrialValues } from '../core/trial/trial.ts'
import type { AttemptListener, RunningAttempt } from './executors/executor.ts'
import { Span } from '../platform/processes/run-time.ts'
import type { TrialFinish } from '../platform/storage/trials.ts'
import { AttemptLimit } from './attempt-limit.ts'
import type { AttemptMeter } from './resources/attempt-meter.ts'
import { storeAttempt, AttemptStart } from './next-trial.ts'
import {
  LatestStep,
  malformedMetrics,
  AttemptTrack,
  isAccident,
  type Replicate,
  replicatedEnd,
  shouldRetry,
  type EndedOutcome,
  summarizeOutcome,
} from './trial-results.ts'
import { startMessage } from './start-message.ts'
import type { TrialEnvironment, TrialToRun } from './trial-environment.ts'
import { looksAtReports, type TrialStart } from './study-history.ts'
import type { LostRace } from './study-race.ts'

/** What did not fit into a trial's share of the study's time. */
interface TimeCut {
  readonly limitMs: number
  /** The last step of the first training; null: it had all its steps. */
  readonly step: number | null
  /** Trainings that are done, of how many. */
  readonly done: number
  readonly of: number
}

/**
 * One trial from its committed start to its committed end: attempts, metrics, pruning, retries. The
 * caller has stored the first attempt before `run`.
 */
export class TrialRun {
  readonly trial: TrialToRun
  readonly #environment: TrialEnvironment
  readonly #attemptStart: AttemptStart
  #attempt: RunningAttempt | null = null
  #limit: AttemptLimit | null = null
  /** Of the first training of the attempt; null until it has started. */
  #meter: AttemptMeter | null = null
  #trainerPid: number | undefined
  #pruneReason: MessageDescriptor | null = null
  readonly #latest = new LatestStep()
  /** Of the first training. */
  #track: AttemptTrack
  /** Each training of the attempt, once all are done or it has lost a race; empty with a single one. */
  #replicates: readonly Replicate[] = []
  #lostRace: LostRace | null = null
  /** What its share of the study's time has cut off; null: nothing. */
  #cut: TimeCut | null = null
  readonly #span: Span
  #attemptSpan: Span
  #abandoned = false
  #canceled = false
  #suspended = false
  #isJudged: boolean
  /** Code of the user that goes on by itself has not said yet where it is. */
  #isUnsettled = false
  #settled: Promise<void> = Promise.resolve()
  /** Resolves when every step that was reported is judged. */
  #judging: Promise<void> = Promise.resolve()

  /** @param span of the attempt, from its committed start */
  constructor(environment: TrialEnvironment, trial: TrialToRun, span: Span) {
    this.#environment = environment
    this.trial = trial
    this.#span = span
    this.#attemptSpan = this.#span
    this.#attemptStart = new AttemptStart(trial, environment.checkpoints)
    this.#track = new AttemptTrack(environment.study.specification)
    // What code of the user has saved itself may know of a step, which is then not to be lost.
    this.#isJudged = this.#attemptStart.isOwn || looksAtReports(environment.study.specification)
  }

  /** Ends when the trial is finished and stored, or `abandon` was called. */
  async run(): Promise<void> {
    const { store, study, search, history, listener, trace } = this.#environment
    const { number, parameters } = this.trial
    if (this.trial.reused !== null) {
      await search.started(number, parameters)
      return this.#endUntrained('complete', history.trial(this.trial.reused))
    }
    const costly = study.specification.constraints.length > 0 ? tooCostly(study, parameters) : null
    if (costly !== null) {
      await search.started(number, parameters)
      return this.#endUntrained('pruned', costly, costly.reason)
    }
    this.#attemptStart.enter()
    for (;;) {
      await search.started(number, parameters, this.start)
      const outcome = await this.#runReplicates()
      // A search process that was started again is asked anew: not about an attempt whose reports are void by then.
      await this.#judging
      trace('outcomeArrived', number, { trainer: this.#trainerPid })
      // A suspended trial stays as it is; whoever suspended it says what becomes of it.
      if (this.#abandoned || outcome.state === 'suspended') return
      if (outcome.state === 'failed' && outcome.failure.pausesStudy === true) {
        this.#environment.pause(outcome.failure.reason)
        return
      }
      const elsewhere = outcome.state === 'failed' && this.#attemptStart.leaveLost(outcome.failure)
      if (outcome.state !== 'failed' || !(elsewhere || this.#mayRetry(outcome.failure))) {
        return this.#finish(outcome)
      }
      this.#attemptSpan = new Span(this.#environment.now)
      const atMs = this.#attemptSpan.startedAtMs
      this.#recordResources()
      store.failAttempt(study.id, number, outcome.failure, atMs)
      listener.attemptFailed?.(number, outcome.failure)
      const unsaved = this.#environment.buffer.take(number)
      // The next attempt counts on what code of the user has saved itself.
      if (this.#attemptStart.isOwn && unsaved.length > 0) store.appendMetrics(study.id, unsaved)
      if (!elsewhere) this.#attemptStart.moveAfter(outcome.failure)
      this.#attemptStart.enter()
      storeAttempt(store, study.id, this.trial, this.start, atMs)
      history.started(number, parameters, this.start)
    }
  }

  /** The attempt that begins, as the search sees it. */
  get start(): TrialStart {
    return this.#attemptStart.known
  }

  /** Saves what it has learned and lets go of its slot; the trial goes on later. */
  suspend(): void {
    this.#suspended = true
    this.#attempt?.suspend?.()
  }

  /** False where attempts go on without us. */
  get canSuspend(): boolean {
    return this.#attempt === null || this.#attempt.suspend !== undefined
  }

  get isSuspended(): boolean {
    return this.#suspended
  }

  /** From now on something looks at its reports. */
  judge(): void {
    this.#isJudged = true
    this.#attempt?.judge?.()
  }

  /** Also before its attempt has begun. */
  cancel(): void {
    this.#canceled = true
    this.#attempt?.cancel()
  }

  /** The session ends: whatever the attempt still says is ignored; the store keeps it interrupted. */
  abandon(): void {
    this.#abandoned = true
    const attempt = this.#attempt
    if (attempt?.leave === undefined)
      attempt?.abort({ class: 'killed', reason: msg('failure.sessionEnded') })
    else attempt.leave()
  }

  /**
   * One attempt: the configuration is trained as often as the study says, fold by fold. The first training reports, is
   * judged by the pruner and keeps its weights; the others give their values, those of other folds their predictions too.
   * If one of them fails, the attempt does.
   */
  async #runReplicates(): Promise<AttemptOutcome> {
    const { specification } = this.#environment.study
    const count = trainingsOf(specification)
    this.#pruneReason = this.#lostRace = this.#cut = null
    this.#replicates = []
    const limitMs = this.#environment.timeShares.ofTrial(this.trial)
    const span = new Span(this.#environment.now)
    const firstTrack = new AttemptTrack(specification)
    const first = await this.#train(0, firstTrack, limitMs)
    if (first.state === 'pruned' && first.noStepInMs !== undefined)
      this.#pruneReason = msg('pruning.noStepInTime', {
        seconds: seconds(limitMs ?? 0),
        elapsedSeconds: seconds(first.noStepInMs),
      })
    const cutAtStep = first.state === 'complete' ? (first.cutAtStep ?? null) : null
    if (limitMs !== null && cutAtStep !== null)
      this.#cut = { limitMs, step: cutAtStep, done: 1, of: count }
    if (count === 1 || first.state !== 'complete') return first
    const replicates = [firstTrack.replicateOf(first)]
    const artifacts = [...first.artifacts]
    for (let replicate = 1; replicate < count && !this.#abandoned; replicate++) {
      const elapsedMs = span.durationMs
      if (limitMs !== null && !fitsAnother({ elapsedMs, done: replicate, limitMs })) {
        this.#cut = { limitMs, step: cutAtStep, done: replicate, of: count }
        break
      }
      this.#lostRace = this.#environment.race.judge(replicates.map(({ values }) => values))
      if (this.#lostRace !== null) break
      const track = new AttemptTrack(specification)
      const outcome = await this.#train(replicate, track, null)
      if (outcome.state !== 'complete') return outcome
      replicates.push(track.replicateOf(outcome))
      artifacts.push(...outcome.artifacts)
    }
    this.#replicates = replicates
    if (this.#lostRace === null) return { ...first, artifacts }
    this.#pruneReason = this.#lostRace.reason
    return { state: 'pruned' }
  }

  /**
   * @param replicate which of the trainings of this attempt, from 0
   * @param track takes what it reports
   * @param limitMs the time that it may take; null: as long as it takes
   */
  async #train(
    replicate: number,
    track: AttemptTrack,
    limitMs: number | null,
  ): Promise<AttemptOutcome> {
    const { executor, study, store, resources } = this.#environment
    const { number, slot } = this.trial
    const isFirst = replicate === 0
    if (isFirst) this.#track = track
    const from = isFirst ? this.#attemptStart.point() : undefined
    if (from !== undefined && 'reason' in from) return { state: 'failed', failure: from }
    this.#isUnsettled = isFirst && this.#attemptStart.isOwn
    if (from !== undefined && !this.#isUnsettled) {
      for (const columns of this.#attemptStart.inherited(store, study.id)) track.take(columns)
    }
    const attempt = executor.start(
      startMessage(this.#environment, this.trial, {
        replicate,
        from,
        attemptStart: this.#attemptStart,
        isJudged: this.#isJudged,
        limitMs,
      }),
      this.#listenerOf(isFirst, track),
      resources.place(number, slot),
    )
    this.#attempt = attempt
    if (this.#canceled) attempt.cancel()
    if (this.#suspended) attempt.suspend?.()
    this.#limit = new AttemptLimit({
      specification: study.specification,
      abort: failure => attempt.abort(failure),
      pid: () => this.#trainerPid,
    })
    const outcome = await attempt.outcome
    this.#limit.clear()
    this.#attempt = null
    resources.end(number)
    return outcome
  }

  /** Of further trainings only the values count: nobody judges them. */
  #listenerOf(isFirst: boolean, track: AttemptTrack): AttemptListener {
    const { study, store, listener, trace, resources, buffer, checkpoints } = this.#environment
    const { number } = this.trial
    let meter: AttemptMeter | null = null
    return {
      assigned: machine => this.#guarded(() => store.setMachine(study.id, number, machine)),
      code: code => {
        if (this.#abandoned || !isFirst) return
        this.#guarded(() => store.setAttemptCode(study.id, number, code))
      },
      started: (engine, pid) => {
        this.#trainerPid = pid
        if (this.#abandoned) return
        if (pid !== undefined) meter = resources.begin(number, pid, engine)
        if (isFirst) this.#meter = meter
        if (engine !== null && isFirst) {
          this.#guarded(() => store.setAttemptEngine(study.id, number, engine))
          listener.engineKnown?.(engine, number)
        }
        trace('attemptStarted', number, { trainer: pid })
      },
      taken: () => this.#limit?.taken(),
      metrics: columns => {
        if (isFirst) this.#takeMetrics(columns)
        else if (!this.#isMalformed(columns)) track.take(columns)
      },
      used: usage => meter?.take(usage),
      costs: usage => {
        meter?.take(usage)
        return meter?.costs ?? {}
      },
      checkpoint: checkpoint => {
        if (this.#abandoned) return
        this.#guarded(() => {
          checkpoints.record(number, checkpoint, buffer.take(number))
          trace('checkpointRecorded', number, { trainer: this.#trainerPid })
        })
      },
      judge: async (step, value) => {
        if (!isFirst) return 'continue'
        const judged = this.#judge(step, value)
        this.#judging = Promise.all([this.#judging, judged]).then(() => undefined)
        return judged
      },
    }
  }

  async #judge(step: number, value: number): Promise<'continue' | 'prune'> {
    const { study, store, search, buffer, trace } = this.#environment
    const { number } = this.trial
    if (!this.#isJudged) return 'continue'
    try {
      await this.#settled
      // Its own state may know of this step already: it is not to be lost.
      if (this.#attemptStart.isOwn) store.appendMetrics(study.id, buffer.take(number))
      const decision = await search.judge(number, step, value, this.#latest.at(step))
      // A program that prints on until it is killed is judged again; what ended it is the first decision.
      if (decision.action === 'prune') this.#pruneReason ??= decision.reason
      trace('judged', number, { trainer: this.#trainerPid })
      return decision.action
    } catch (error) {
      if (!this.#abandoned) this.#environment.fail(error)
      return 'prune'
    }
  }

  /** While the attempt is still open in the store. */
  #recordResources(): void {
    const samples = this.#meter?.samples ?? []
    this.#meter = null
    if (samples.length === 0) return
    this.#environment.store.recordResources(this.#environment.study.id, this.trial.number, samples)
  }

  /** The first report of code that goes on by itself: what stood there before counts, later steps are void. */
  #settle(firstStep: number): void {
    const { store, study, history, search } = this.#environment
    const { number, parameters } = this.trial
    this.#isUnsettled = false
    this.#guarded(() => {
      if (this.#attemptStart.settle(firstStep)) {
        store.keepMetrics(study.id, number, firstStep - 1)
        history.started(number, parameters, this.start)
        this.#settled = search.started(number, parameters, this.start)
        this.#settled.catch(() => undefined)
      }
      for (const columns of this.#attemptStart.inherited(store, study.id)) this.#track.take(columns)
    })
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#environment.fail(error)
    }
  }

  #takeMetrics(columns: MetricColumns): void {
    if (this.#abandoned) return
    const { buffer, listener, trace } = this.#environment
    if (this.#isMalformed(columns)) return
    const [firstStep] = columns.steps
    if (this.#isUnsettled && firstStep !== undefined) this.#settle(firstStep)
    this.#latest.take(columns)
    this.#track.take(columns)
    buffer.add(this.trial.number, columns)
    listener.metricsArrived?.(this.trial.number, columns)
    trace('metricsArrived', this.trial.number, { trainer: this.#trainerPid })
    if (!this.#isJudged) trace('judged', this.trial.number, { trainer: this.#trainerPid })
  }

  /** Ends the attempt if so. */
  #isMalformed(columns: MetricColumns): boolean {
    const failure = malformedMetrics(columns)
    if (failure !== null) this.#attempt?.abort(failure)
    return failure !== null
  }

  #mayRetry(failure: Failure): boolean {
    const { store, study } = this.#environment
    const { attempts } = store.trial(study.id, this.trial.number)
    return shouldRetry(study.specification.retry, attempts, failure)
  }

  async #finish(outcome: EndedOutcome): Promise<void> {
    const { values, ...summary } = summarizeOutcome(outcome, this.#track.best, this.#pruneReason)
    const { value } = this.#environment.study.specification.replicates
    const untilStep = outcome.state === 'complete' ? this.#cut?.step : undefined
    await this.#commit({
      ...summary,
      ...(this.#replicates.length > 0
        ? replicatedEnd(this.#replicates, value, this.#estimates())
        : this.#track.withConstraints(values, summary.bestStep)),
      ...defined({ reason: outcome.state === 'complete' ? this.#completeReason() : undefined }),
      ...defined({ untilStep: untilStep ?? undefined }),
      artifacts: outcome.state === 'complete' ? outcome.artifacts : [],
      ...('checkpoint' in outcome ? { checkpoint: outcome.checkpoint } : {}),
    })
    if (outcome.state === 'failed' && outcome.failure.endsStudy === true) {
      this.#environment.refuse(outcome.failure.reason)
    }
  }

  /** What is to be said of a trial although it is complete; undefined: nothing. */
  #completeReason(): MessageDescriptor | undefined {
    if (this.#cut !== null) return cutReason(this.#cut)
    const { nanFrom, best } = this.#track
    return nanFrom === null || best === null
      ? undefined
      : msg('ending.nanFrom', { step: nanFrom, best: best.step })
  }

  /** Values of a trial that has not done all its trainings; undefined: it has. */
  #estimates(): readonly number[] | undefined {
    if (this.#lostRace !== null) return [this.#lostRace.value]
    if (this.#cut === null || this.#cut.done === this.#cut.of) return undefined
    return this.#environment.timeShares.valuesOfPart(this.#replicates.map(({ values }) => values))
  }

  /** It is not trained: too costly, or like another trial, with which the curves stay. */
  async #endUntrained(
    state: 'complete' | 'pruned',
    { values, constraints }: TrialValues,
    reason: MessageDescriptor | null = null,
  ): Promise<void> {
    const judged = { values, ...defined({ constraints }) }
    await this.#commit({ state, ...judged, bestStep: null, reason, failure: null, artifacts: [] })
  }

  async #commit(
    end: Omit<TrialFinish, 'studyId' | 'trialNumber' | 'metrics' | 'atMs'>,
  ): Promise<void> {
    const { store, study, history, race, search, listener, trace, buffer } = this.#environment
    const { number } = this.trial
    const times = this.#attemptSpan.end
    const collectedFiles = (await this.#environment.files?.collect(number)) ?? { artifacts: [] }
    const metrics = buffer.take(number)
    this.#recordResources()
    const artifacts = [...end.artifacts, ...collectedFiles.artifacts]
    const ended = { ...end, ...collectedFiles, artifacts, metrics, ...times }
    store.finishTrial({ studyId: study.id, trialNumber: number, ...ended })
    trace('finishCommitted', number, { trainer: this.#trainerPid })
    const { state, reason, values, constraints, failure } = end
    const judged: TrialValues = { values, ...defined({ constraints }) }
    const gradient = values.length === 0 ? undefined : this.#track.gradientAt(end.bestStep)
    const byAccident = isAccident(state, failure) || undefined
    const isEstimate = this.#lostRace !== null || undefined
    const result: TrialResult = { ...judged, ...defined({ gradient, byAccident, isEstimate }) }
    history.finished(number, state, result)
    race.ended(number, end)
    this.#environment.timeShares.ended(number, end)
    await this.#environment.files?.settle(number, history.trials)
    await search.finished(number, state, result)
    trace('searchTold', number, { trainer: this.#trainerPid })
    const { durationMs } = this.#span
    listener.trialFinished?.({ number, state, ...judged, reason, durationMs })
  }
}

function cutReason({ limitMs, step, done, of }: TimeCut): MessageDescriptor {
  const part = done < of ? done : null
  return msg('ending.timeShare', { seconds: seconds(limitMs), step, part, of })
}

/** With one digit. */
function seconds(durationMs: number): number {
  return Math.round(durationMs / 100) / 10
}
