import type {
  Add,
  AddAnswer,
  AskAnswer,
  MetricReport,
  ReportAnswer,
  Suggest,
  SuggestAnswer,
  Tell,
  TellAnswer,
  TrialsAnswer,
} from '../common/ask-tell-protocol.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { Exhausted, Proposal } from '../../../core/processes/search-protocol.ts'
import type { Goal, StudySpecification } from '../../../core/study/study-specification.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { settingChanges } from '../../../core/study/study-change.ts'
import { setOwnValue, ownValue } from '../../../core/values/named-values.ts'
import { metricRow } from '../../../core/trial/metric-value.ts'
import { isFinished, type Report, type TrialSnapshot } from '../../../core/trial/trial.ts'
import { readEarlierTrials } from '../../../running/earlier-trials.ts'
import {
  commitAttempt,
  commitMetrics,
  commitStudyEnd,
  commitStudyStart,
  commitTrial,
  commitTrialEnd,
  type NextPoint,
  queuedProposal,
  takeOver,
} from '../../../running/loop/run-loop.ts'
import type { StudyInProgress } from '../../../running/loop/run-state.ts'
import { ElapsedClock, refreshHistory, StudyHistory } from '../../../running/loop/study-history.ts'
import { pickMetrics, prunerMetrics } from '../../../search/pruner-metrics.ts'
import { findStopDecision } from '../../../search/stopping/stop-rules.ts'
import { assignmentProblems } from '../../../search/space/conditions.ts'
import { searchedSpace } from '../../../search/space/fix-parameters.ts'
import { StudySearch } from '../../../search/study-search.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { isUnnamed, namedValue, unnamedSpace, withNamed } from './named-parameter.ts'
import { resultOfTell } from './result-of-tell.ts'
import { requestProblem } from './request-problem.ts'

/** Wall time reaches the store this often. */
const ELAPSED_EVERY_MS = 1_000

/**
 * A study whose trials another program evaluates: the steps and commits of `run-loop.ts`, each when that program asks for it,
 * stored before it is answered. Trials that an earlier process left pending are pending still: one that is reported or told goes
 * on as it stands, the others are handed out again before anything new, with the same numbers and parameters, as further attempts.
 */
export class ExternalStudy {
  readonly #session: StudyInProgress
  readonly #search = new StudySearch()
  /** Numbers that an earlier process handed out and nobody has taken up since. */
  readonly #waiting: number[]
  /** Of the pending trials: the slot of each, which only says how many there are at a time. */
  readonly #slots = new Map<number, number>()
  readonly #lastSteps = new Map<number, number>()
  readonly #pruneReasons = new Map<number, MessageDescriptor>()
  /** Beside the first goal's; a person may change the pruner. */
  #prunerMetrics: readonly string[]
  #exhausted: MessageDescriptor | null = null
  /** The space has grown since the search knew it. */
  #isOutgrown = false
  readonly #clock: ElapsedClock
  #countedAtMs = performance.now()

  /**
   * @param held numbers that the program still has, which are not handed out again
   * @throws AppError `specification.invalid`
   */
  constructor(
    study: StudyRecord,
    { store, now }: { readonly store: StudyStore; readonly now: () => number },
    held: readonly number[] = [],
  ) {
    this.#clock = new ElapsedClock(study.elapsedMs)
    this.#prunerMetrics = prunerMetrics(study.specification)
    const readTrials = (): TrialSnapshot[] =>
      store
        .history(study.id, this.#prunerMetrics)
        .map(trial => (isFinished(trial.state) ? trial : asRunning(trial)))
    this.#session = takeOver({ store, study, now }, () => new StudyHistory(readTrials()))
    this.#openSearch()
    const { trials } = this.#session.history
    const pending = trials.filter(({ state }) => state === 'running').map(({ number }) => number)
    this.#waiting = pending.filter(number => !held.includes(number))
    if (this.#waiting.length < pending.length) this.#clock.begin()
    for (const number of pending) {
      const { lastStep } = store.trial(study.id, number)
      if (lastStep !== null) this.#lastSteps.set(number, lastStep)
    }
    commitStudyStart(this.#session)
  }

  get study(): StudyRecord {
    return this.#session.study
  }

  /** A person changed it in the store. */
  refresh(): void {
    const { store, history, study } = this.#session
    this.#session.study = store.studyById(study.id)
    this.#prunerMetrics = prunerMetrics(this.#session.study.specification)
    refreshHistory(history, store, this.#session.study, study.specification)
    this.#openSearch()
  }

  /** Numbers of the trials that the program has and has not told. */
  get held(): readonly number[] {
    return this.#session.history.trials
      .filter(({ number, state }) => state === 'running' && !this.#waiting.includes(number))
      .map(({ number }) => number)
  }

  /** Hands out trials one after the other; the last answer says so if there are no more. */
  *ask(count: number): Generator<AskAnswer, void, void> {
    for (let index = 0; index < count; index++) {
      const answer = this.#askOne()
      yield answer
      if ('exhausted' in answer) return
    }
  }

  /** A parameter that the trial names as it goes. @throws AppError `trial.notFound`, `trial.finished`, `request.invalid` */
  suggest(suggest: Suggest): SuggestAnswer {
    const { trial: number, name } = suggest
    const { store, history, study, now } = this.#session
    const { specification, id: studyId } = study
    const { parameters } = this.pending(number)
    const space = withNamed(specification.space, suggest)
    const has = ownValue(parameters, name)
    const value = namedValue(suggest, has, specification.seed)
    const isNew = space !== specification.space
    if (!isNew && value === has) return { trial: number, name, value }
    const named = { ...parameters }
    setOwnValue(named, name, value)
    const after = { ...specification, space }
    const changes = settingChanges(specification, after).map(change => ({ ...change }))
    const change = { studyId, specification: after, detail: { changes }, atMs: now() }
    store.nameParameter(studyId, number, named, isNew ? change : null)
    this.#session.study = { ...study, specification: after }
    history.renamed(number, named)
    this.#takeUp(number)
    this.#isOutgrown = true
    return { trial: number, name, value }
  }

  /** A trial that nobody asked for. @throws AppError `request.invalid` */
  add({ parameters, reports, ...result }: Add): AddAnswer {
    const { specification } = this.study
    const number = this.#session.history.nextNumber
    // Before the first parameter is named, a point without any is all there is.
    const isWhole = isUnnamed(specification) && Object.keys(parameters).length === 0
    const space = isUnnamed(specification)
      ? { ...specification, space: unnamedSpace }
      : specification
    const [problem] = isWhole ? [] : assignmentProblems(searchedSpace(space), parameters)
    if (problem !== undefined) {
      throw requestProblem('add', ['parameters', ...problem.path], problem.value, problem.rule)
    }
    reports.forEach(({ step }, index) => {
      const last = reports[index - 1]?.step ?? -1
      if (step > last) return
      const rule = msg('rule.lastStep', { step: last })
      throw requestProblem('add', ['reports', index, 'step'], step, rule)
    })
    const { state, ...others } = result
    const tell = state === 'running' ? null : { trial: number, state, ...others }
    // Refused before anything is stored.
    if (tell !== null) resultOfTell(tell, specification, toldSoFar(reports, specification))
    this.#session.store.together(() => {
      this.#start(number, {
        parameters,
        provenance: { sampler: 'program', reason: msg('proposal.reported'), detail: {} },
      })
      for (const report of reports) this.report({ trial: number, ...report })
      if (tell !== null) this.tell(tell)
    })
    return { added: number }
  }

  /** @param from number of the first */
  trials(from: number): TrialsAnswer {
    const { name, specification } = this.study
    const { goals, pruner, space } = specification
    return {
      study: name,
      goals,
      pruner: pruner.name,
      space,
      trials: this.#session.history.trials
        .slice(from)
        .map(({ number: trial, state, ...results }) => ({
          trial,
          state,
          parameters: results.parameters,
          values: results.values,
          reports: results.reports.map(({ step, value }) => [step, value] as const),
        })),
    }
  }

  /** @throws AppError `trial.notFound`, `trial.finished`, `request.invalid` */
  tell(tell: Tell): TellAnswer {
    const { store, now } = this.#session
    const { id, specification } = this.study
    const { number, reports } = this.pending(tell.trial)
    const result = resultOfTell(tell, specification, {
      reports,
      metrics: () => store.trial(id, number).metrics,
      pruneReason: this.#pruneReasons.get(number) ?? null,
    })
    const { state, values, constraints, ...otherResults } = result
    const judged = constraints === undefined ? { values } : { values, constraints }
    const finish = {
      trialNumber: number,
      state,
      ...judged,
      ...otherResults,
      metrics: [],
      artifacts: [],
      atMs: now(),
    }
    commitTrialEnd(this.#session, finish, judged)
    this.#search.finished(number, state, values, constraints)
    this.#takeUp(number)
    for (const map of [this.#slots, this.#lastSteps, this.#pruneReasons]) map.delete(number)
    this.#countElapsed(ELAPSED_EVERY_MS)
    return { told: number }
  }

  /** @throws AppError `trial.notFound`, `trial.finished`, `request.invalid` */
  report({ trial: number, step, metrics }: MetricReport): ReportAnswer {
    const { specification } = this.study
    const { metric } = specification.goals[0] as Goal
    this.pending(number)
    const last = this.#lastSteps.get(number) ?? -1
    if (step <= last) {
      throw requestProblem('report', ['step'], step, msg('rule.lastStep', { step: last }))
    }
    commitMetrics(this.#session, [{ trialNumber: number, columns: metricRow(step, metrics) }])
    this.#lastSteps.set(number, step)
    this.#takeUp(number)
    const value = Object.hasOwn(metrics, metric) ? ownValue(metrics, metric) : undefined
    if (value === undefined) {
      return { trial: number, prune: false, reason: msg('pruning.notReported', { metric }) }
    }
    const further = pickMetrics(metrics, this.#prunerMetrics)
    const decision = this.#search.judge(number, step, value, further)
    this.#session.history.reported(number, { step, value }, further)
    if (decision.action === 'continue') {
      const reason = msg('pruning.continues', { pruner: specification.pruner.name })
      return { trial: number, prune: false, reason }
    }
    this.#pruneReasons.set(number, decision.reason)
    return { trial: number, prune: true, reason: decision.reason }
  }

  /** Ends the session: pending trials stay pending, the study can be taken up again. */
  close(reason: MessageDescriptor): void {
    this.#countElapsed(0)
    const exhausted = this.#exhausted
    const hasPending = this.#session.history.counts.running > 0
    commitStudyEnd(
      this.#session,
      exhausted === null || hasPending
        ? { state: 'paused', reason }
        : { state: 'finished', reason: exhausted },
    )
  }

  #askOne(): AskAnswer {
    const [waiting] = this.#waiting
    if (waiting !== undefined) return this.#handOutAgain(waiting)
    const { study, history } = this.#session
    const goal = study.specification.goals[0] as Goal
    const decision = findStopDecision({
      stop: { ...study.specification.stop, failures: Number.POSITIVE_INFINITY },
      goal,
      trials: history.trials,
      best: history.best(goal),
      elapsedMs: this.#clock.elapsedMs,
    })
    const number = history.nextNumber
    const proposal =
      decision === null
        ? this.#nextPoint(number)
        : ({ exhausted: true, reason: decision.reason } as const)
    this.#exhausted = 'exhausted' in proposal ? proposal.reason : null
    if ('exhausted' in proposal) return { exhausted: proposal.reason }
    this.#start(number, proposal)
    return { trial: number, parameters: proposal.parameters, why: proposal.provenance }
  }

  #start(number: number, proposal: NextPoint): void {
    const slot = this.#freeSlot()
    commitTrial(this.#session, { number, slot, proposal, atMs: this.#session.now() })
    this.#clock.begin()
    this.#slots.set(number, slot)
    this.#search.started(number, proposal.parameters)
  }

  #openSearch(): void {
    const { store, history } = this.#session
    const { specification } = this.study
    this.#isOutgrown = false
    const { earlier, elsewhere } = readEarlierTrials(store, specification)
    const space = isUnnamed(specification) ? unnamedSpace : specification.space
    const study = { ...specification, space }
    this.#search.open(study, history.trials, earlier, undefined, elsewhere)
  }

  #nextPoint(number: number): NextPoint | Exhausted {
    if (this.#isOutgrown) this.#openSearch()
    if (isUnnamed(this.study.specification)) return unnamed
    return queuedProposal(this.#session, number) ?? this.#search.propose(number)
  }

  #handOutAgain(number: number): AskAnswer {
    const { store, study, now } = this.#session
    const slot = this.#freeSlot()
    const { parameters, provenance } = store.trial(study.id, number)
    commitAttempt(this.#session, { number, slot, parameters }, {}, now())
    this.#takeUp(number)
    this.#slots.set(number, slot)
    this.#lastSteps.delete(number)
    this.#search.started(number, parameters)
    return { trial: number, parameters, why: provenance }
  }

  #takeUp(number: number): void {
    this.#clock.begin()
    const index = this.#waiting.indexOf(number)
    if (index >= 0) this.#waiting.splice(index, 1)
  }

  /** @throws AppError `trial.notFound`, `trial.finished` */
  pending(number: number): TrialSnapshot {
    const { name: study } = this.study
    const trial = this.#session.history.trials[number]
    if (trial === undefined) throw new AppError('trial.notFound', { study, number })
    const { state } = trial
    if (state !== 'running') throw new AppError('trial.finished', { study, number, state })
    return trial
  }

  #freeSlot(): number {
    const busySlots = new Set(this.#slots.values())
    let slot = 0
    while (busySlots.has(slot)) slot++
    return slot
  }

  #countElapsed(atLeastMs: number): void {
    const nowMs = performance.now()
    if (nowMs - this.#countedAtMs < atLeastMs) return
    this.#countedAtMs = nowMs
    const { store, study } = this.#session
    this.#clock.count(durationMs => store.addElapsed(study.id, durationMs))
  }
}

/** The reports of a trial that is added as a whole. */
function toldSoFar(
  reports: Add['reports'],
  { goals }: StudySpecification,
): Parameters<typeof resultOfTell>[2] {
  const metric = goals[0]?.metric ?? ''
  const names = new Set(reports.flatMap(({ metrics }) => Object.keys(metrics)))
  const curve = (name: string): Report[] =>
    reports.flatMap(({ step, metrics }) => {
      const value = ownValue(metrics, name)
      return value === undefined ? [] : [{ step, value }]
    })
  const columns = (name: string): { steps: number[]; values: number[] } => ({
    steps: curve(name).map(({ step }) => step),
    values: curve(name).map(({ value }) => value),
  })
  return {
    reports: curve(metric),
    metrics: () => Object.fromEntries([...names].map(name => [name, columns(name)])),
    pruneReason: null,
  }
}

/** Of a study whose trials name their parameters as they go, before the first has named one. */
const unnamed: Proposal = {
  parameters: {},
  provenance: { sampler: 'program', reason: msg('proposal.unnamed'), detail: {} },
}

/** As the search sees it, a trial whose process went away runs until it is told. */
function asRunning(trial: TrialSnapshot): TrialSnapshot {
  return { ...trial, state: 'running', values: [] }
}
