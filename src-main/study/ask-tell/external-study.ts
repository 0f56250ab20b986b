import type {
  AskAnswer,
  MetricReport,
  ReportAnswer,
  Tell,
  TellAnswer,
} from '../../contract/ask-tell-protocol.ts'
import { fact, type Fact } from '../../contract/fact.ts'
import { AppError } from '../../contract/errors.ts'
import type { Exhausted, Proposal } from '../../contract/search-protocol.ts'
import type { Goal } from '../../contract/study-specification.ts'
import type { StudyRecord } from '../../contract/study.ts'
import { metricRow } from '../../contract/metric-value.ts'
import { isFinished, type TrialSnapshot } from '../../contract/trial.ts'
import { deriveSeed } from '../../math/random/stream.ts'
import { readEarlierTrials } from '../../running/earlier-trials.ts'
import { ElapsedClock, StudyHistory } from '../../running/study-history.ts'
import { toProposal } from '../../search/proposals/queued-point.ts'
import { prunerMetrics } from '../../search/pruner-metrics.ts'
import { findStopDecision } from '../../search/stopping/stop-rules.ts'
import { StudySearch } from '../../search/study-search.ts'
import type { StudyStore } from '../../storage/study-store.ts'
import { resultOfTell } from './result-of-tell.ts'
import { requestProblem } from './request-problem.ts'

/** Wall time reaches the store this often. */
const ELAPSED_EVERY_MS = 1_000

/**
 * A study whose trials another program evaluates. Everything is stored before it is answered. Trials that an
 * earlier process left pending are pending still: one that is reported or told goes on as it stands, the others
 * are handed out again before anything new, with the same numbers and parameters, as further attempts.
 */
export class ExternalStudy {
  readonly #store: StudyStore
  readonly #study: StudyRecord
  readonly #now: () => number
  readonly #history: StudyHistory
  readonly #search = new StudySearch()
  /** Numbers that an earlier process handed out and nobody has taken up since. */
  readonly #waiting: number[]
  /** Of the pending trials: the slot of each, which only says how many there are at a time. */
  readonly #slots = new Map<number, number>()
  readonly #lastSteps = new Map<number, number>()
  readonly #pruneReasons = new Map<number, Fact>()
  /** Beside the first goal's. */
  readonly #prunerMetrics: readonly string[]
  #exhausted: Fact | null = null
  readonly #clock: ElapsedClock
  #countedAtMs = performance.now()

  /** @throws AppError `specification.invalid` */
  constructor(
    study: StudyRecord,
    { store, now }: { readonly store: StudyStore; readonly now: () => number },
  ) {
    this.#store = store
    this.#study = study
    this.#now = now
    this.#clock = new ElapsedClock(study.elapsedMs)
    this.#prunerMetrics = prunerMetrics(study.specification)
    store.interruptRunning(study.id, now())
    const trials = store
      .history(study.id, this.#prunerMetrics)
      .map((trial): TrialSnapshot => (isFinished(trial.state) ? trial : asRunning(trial)))
    this.#history = new StudyHistory(trials)
    const earlier = readEarlierTrials(store, study.specification)
    this.#search.open(study.specification, trials, earlier)
    this.#waiting = trials.filter(({ state }) => state === 'running').map(({ number }) => number)
    for (const number of this.#waiting) {
      const { lastStep } = store.trial(study.id, number)
      if (lastStep !== null) this.#lastSteps.set(number, lastStep)
    }
    const event = trials.length > 0 ? 'study.resumed' : 'study.started'
    store.setStudyState({ studyId: study.id, state: 'running', reason: null, event, atMs: now() })
  }

  /** Hands out trials one after the other; the last answer says so if there are no more. */
  *ask(count: number): Generator<AskAnswer, void, void> {
    for (let asked = 0; asked < count; asked++) {
      const answer = this.#askOne()
      yield answer
      if ('exhausted' in answer) return
    }
  }

  /** @throws AppError `trial.notFound`, `trial.finished`, `request.invalid` */
  tell(tell: Tell): TellAnswer {
    const { id, specification } = this.#study
    const { number, reports } = this.#pending(tell.trial)
    const result = resultOfTell(tell, specification, {
      reports,
      metrics: () => this.#store.trial(id, number).metrics,
      pruneReason: this.#pruneReasons.get(number) ?? null,
    })
    const { state, values, constraints, ...rest } = result
    const judged = constraints === undefined ? { values } : { values, constraints }
    this.#store.finishTrial({
      studyId: id,
      trialNumber: number,
      state,
      ...judged,
      ...rest,
      metrics: [],
      artifacts: [],
      atMs: this.#now(),
    })
    this.#history.finished(number, state, judged)
    this.#search.finished(number, state, values, constraints)
    this.#takeUp(number)
    for (const map of [this.#slots, this.#lastSteps, this.#pruneReasons]) map.delete(number)
    this.#countElapsed(ELAPSED_EVERY_MS)
    return { told: number }
  }

  /** @throws AppError `trial.notFound`, `trial.finished`, `request.invalid` */
  report({ trial: number, step, metrics }: MetricReport): ReportAnswer {
    const { specification, id } = this.#study
    const { metric } = specification.goals[0] as Goal
    this.#pending(number)
    const last = this.#lastSteps.get(number) ?? -1
    if (step <= last) {
      throw requestProblem('report', ['step'], step, fact('rule.lastStep', { step: last }))
    }
    this.#store.appendMetrics(id, [{ trialNumber: number, columns: metricRow(step, metrics) }])
    this.#lastSteps.set(number, step)
    this.#takeUp(number)
    const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined
    if (value === undefined) {
      return { trial: number, prune: false, reason: fact('pruning.notReported', { metric }) }
    }
    const further = Object.fromEntries(
      this.#prunerMetrics.flatMap(name =>
        Object.hasOwn(metrics, name) ? [[name, metrics[name] as number]] : [],
      ),
    )
    const decision = this.#search.judge(number, step, value, further)
    this.#history.reported(number, { step, value }, further)
    if (decision.action === 'continue') {
      const reason = fact('pruning.goesOn', { pruner: specification.pruner.name })
      return { trial: number, prune: false, reason }
    }
    this.#pruneReasons.set(number, decision.reason)
    return { trial: number, prune: true, reason: decision.reason }
  }

  /** Ends the session: pending trials stay pending, the study can be taken up again. */
  close(reason: Fact): void {
    const { id: studyId } = this.#study
    this.#countElapsed(0)
    const pending = this.#store.interruptRunning(studyId, this.#now())
    const over = this.#exhausted !== null && pending.length === 0 && this.#waiting.length === 0
    this.#store.setStudyState({
      studyId,
      state: over ? 'finished' : 'paused',
      reason: over ? this.#exhausted : reason,
      event: over ? 'study.finished' : 'study.paused',
      atMs: this.#now(),
    })
  }

  #askOne(): AskAnswer {
    const [waiting] = this.#waiting
    if (waiting !== undefined) return this.#handOutAgain(waiting)
    const { id: studyId, specification } = this.#study
    const goal = specification.goals[0] as Goal
    const decision = findStopDecision({
      stop: { ...specification.stop, failures: Number.POSITIVE_INFINITY },
      ...{ goal, trials: this.#history.trials, best: this.#history.best(goal) },
      elapsedMs: this.#clock.elapsedMs,
    })
    const number = this.#history.nextNumber
    const proposal =
      decision === null
        ? this.#nextPoint(number)
        : ({ exhausted: true, reason: decision.reason } as const)
    this.#exhausted = 'exhausted' in proposal ? proposal.reason : null
    if ('exhausted' in proposal) return { exhausted: proposal.reason }
    const { parameters, provenance } = proposal
    const slot = this.#freeSlot()
    this.#store.startTrial({
      ...proposal,
      studyId,
      number,
      seed: deriveSeed({ seed: specification.seed, number, purpose: 'trial' }),
      slot,
      atMs: this.#now(),
    })
    this.#slots.set(number, slot)
    this.#history.started(number, parameters)
    this.#search.started(number, parameters)
    return { trial: number, parameters, why: provenance }
  }

  /** As where Tunewright runs the trials: points that a person queued come before the sampler's. */
  #nextPoint(number: number): (Proposal & { readonly queuedPoint?: number }) | Exhausted {
    const { id, specification } = this.#study
    const [point] = number < specification.enqueue.length ? [] : this.#store.queuedPoints(id)
    return point === undefined ? this.#search.propose(number) : toProposal(point)
  }

  #handOutAgain(number: number): AskAnswer {
    const { id: studyId } = this.#study
    const slot = this.#freeSlot()
    this.#store.startAttempt({ studyId, trialNumber: number, slot, atMs: this.#now() })
    this.#takeUp(number)
    this.#slots.set(number, slot)
    this.#lastSteps.delete(number)
    const { parameters, provenance } = this.#store.trial(studyId, number)
    this.#history.started(number, parameters)
    this.#search.started(number, parameters)
    return { trial: number, parameters, why: provenance }
  }

  #takeUp(number: number): void {
    const place = this.#waiting.indexOf(number)
    if (place >= 0) this.#waiting.splice(place, 1)
  }

  #pending(number: number): TrialSnapshot {
    const { name: study } = this.#study
    const trial = this.#history.trials[number]
    if (trial === undefined) throw new AppError('trial.notFound', { study, number })
    const { state } = trial
    if (state !== 'running') throw new AppError('trial.finished', { study, number, state })
    return trial
  }

  #freeSlot(): number {
    const taken = new Set(this.#slots.values())
    let slot = 0
    while (taken.has(slot)) slot++
    return slot
  }

  #countElapsed(atLeastMs: number): void {
    const nowMs = performance.now()
    if (nowMs - this.#countedAtMs < atLeastMs) return
    this.#countedAtMs = nowMs
    this.#clock.count(durationMs => this.#store.addElapsed(this.#study.id, durationMs))
  }
}

/** As the search sees it, a trial whose process went away runs until it is told. */
function asRunning(trial: TrialSnapshot): TrialSnapshot {
  return { ...trial, state: 'running', values: [] }
}
