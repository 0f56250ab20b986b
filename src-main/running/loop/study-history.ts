import type { TrialOrigin } from '../../core/trial/checkpoint.ts'
import { elapsedAt } from '../../core/study/elapsed-time.ts'
import { bestTrial } from '../../core/trial/ranking.ts'
import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import {
  type Assignment,
  type FinishedTrialState,
  type Report,
  type TrialResult,
  type TrialSnapshot,
  type TrialState,
  trialStates,
} from '../../core/trial/trial.ts'
import { withFurther } from '../../search/known-trials.ts'
import { defined } from '../../core/values/json.ts'
import { prunerMetrics } from '../../search/pruner-metrics.ts'
import { stopReadsCurves } from '../../search/stopping/stop-rules.ts'
import { studyCapabilities } from '../../search/study-capabilities.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'

/**
 * Whether anything looks at what trials report before they end: a pruner, a population, or a limit of epochs. Where
 * nothing does, nobody waits for a judgment of each step, and curves are not kept in memory.
 */
export function looksAtReports({
  pruner,
  sampler,
  stop,
}: Pick<StudySpecification, 'pruner' | 'sampler' | 'stop'>): boolean {
  return studyCapabilities({ sampler, pruner }).readsCurves || stopReadsCurves(stop)
}

/** The start of an attempt that does not begin at the beginning. */
export interface TrialStart {
  readonly origin?: TrialOrigin
  readonly resumeStep?: number
}

/**
 * The trials of a running study in memory, as samplers, pruners and stop rules see them. Read from
 * the store once and kept in step with it, so that no decision re-reads the database.
 */
export class StudyHistory {
  readonly #trials: TrialSnapshot[]
  /** Kept from trial to trial, since there may be 100,000; null until it is asked for again. */
  #best: { readonly by: Goal['direction']; readonly trial: TrialSnapshot | null } | null = null
  #counts: Record<TrialState, number> | null = null

  constructor(trials: readonly TrialSnapshot[]) {
    this.#trials = [...trials]
  }

  /** By rising number, which is also the index: numbers have no gaps. */
  get trials(): readonly TrialSnapshot[] {
    return this.#trials
  }

  /** The trials as they are now: what running ones report later is not in it. */
  copy(): TrialSnapshot[] {
    return this.#trials.map(trial =>
      trial.state === 'running' ? { ...trial, reports: [...trial.reports] } : trial,
    )
  }

  /** The best trial by the first goal; null without any. */
  best({ direction: by }: Pick<Goal, 'direction'>): TrialSnapshot | null {
    if (this.#best?.by !== by)
      this.#best = { by, trial: bestTrial(this.#trials, { direction: by }) }
    return this.#best.trial
  }

  /** How many trials are in each state. */
  get counts(): Readonly<Record<TrialState, number>> {
    this.#counts ??= countStates(this.#trials)
    return this.#counts
  }

  get nextNumber(): number {
    return this.#trials.length
  }

  trial(number: number): TrialSnapshot {
    const trial = this.#trials[number]
    if (trial === undefined) throw new RangeError(`no trial ${number}`)
    return trial
  }

  /** A new trial, or a further attempt of an old one, whose reports after `resumeStep` are void. */
  started(number: number, parameters: Assignment, { origin, resumeStep }: TrialStart = {}): void {
    if (this.#best?.trial?.number === number) this.#best = null
    const before = this.#trials[number]
    const excluded = before?.excluded
    this.#put({
      number,
      state: 'running',
      parameters,
      values: [],
      reports: before?.reports.filter(({ step }) => step <= (resumeStep ?? -1)) ?? [],
      ...(origin === undefined ? {} : { origin }),
      ...(excluded === true ? { excluded } : {}),
    })
  }

  /** The trial has named a parameter of its own. */
  renamed(number: number, parameters: Assignment): void {
    this.#put({ ...this.trial(number), parameters })
  }

  /** @param further values of further metrics at the same step */
  reported(number: number, report: Report, further: Readonly<Record<string, number>> = {}): void {
    const trial = this.trial(number)
    // A running trial's array was made by this class; a curve of 100,000 steps is not copied at each of them.
    const reports = trial.reports as Report[]
    reports.push(report)
    const added = withFurther(trial.further, report.step, further)
    if (added !== null) this.#trials[number] = { ...trial, ...added }
  }

  /** Takes the further metrics of all trials from these, which the store has read with other names than before. */
  takeFurther(trials: readonly TrialSnapshot[]): void {
    for (const { number, further: read = {} } of trials) {
      const { further: _, ...trial } = this.trial(number)
      // The step that is being judged comes with its judgment.
      const steps = new Set(trial.reports.map(({ step }) => step))
      const further = Object.entries(read).flatMap(([name, reports]) => {
        const judged = reports.filter(({ step }) => steps.has(step))
        return judged.length === 0 ? [] : [[name, judged] as const]
      })
      this.#trials[number] =
        further.length === 0 ? trial : { ...trial, further: Object.fromEntries(further) }
    }
  }

  /** Takes the curves of all trials from these, which the store has read. */
  takeReports(trials: readonly TrialSnapshot[]): void {
    for (const { number, reports, further } of trials) {
      this.#trials[number] = { ...this.trial(number), reports, ...defined({ further }) }
    }
  }

  /** Exactly these trials are out of the search from now on. */
  exclude(numbers: readonly number[]): void {
    const out = new Set(numbers)
    this.#best = null
    this.#trials.forEach(({ excluded, ...trial }, number) => {
      if (out.has(number) === (excluded === true)) return
      this.#trials[number] = out.has(number) ? { ...trial, excluded: true } : trial
    })
  }

  /** It waits, with what it has reported, until it goes on. */
  interrupted(number: number): void {
    this.#put({ ...this.trial(number), state: 'interrupted' })
  }

  finished(number: number, state: FinishedTrialState, result: TrialResult): void {
    const ended = { ...this.trial(number), state, ...result }
    this.#put(ended)
    if (this.#best === null) return
    const { by, trial } = this.#best
    const two = trial === null ? [ended] : [trial, ended]
    this.#best = { by, trial: bestTrial(two, { direction: by }) }
  }

  #put(trial: TrialSnapshot): void {
    const before = this.#trials[trial.number]
    this.#trials[trial.number] = trial
    if (this.#counts === null) return
    if (before !== undefined) this.#counts[before.state]--
    this.#counts[trial.state]++
  }
}

function countStates(trials: readonly TrialSnapshot[]): Record<TrialState, number> {
  const counts = Object.fromEntries(trialStates.map(state => [state, 0])) as Record<
    TrialState,
    number
  >
  for (const { state } of trials) counts[state]++
  return counts
}

type Store = Pick<StudyStore, 'history' | 'excludedTrials'>

/** The trials of a study with all that its sampler and pruner look at. */
export function openHistory(store: Store, { id, specification }: StudyRecord): StudyHistory {
  return new StudyHistory(readHistory(store, { id, specification }))
}

function readHistory(
  store: Store,
  { id, specification }: Pick<StudyRecord, 'id' | 'specification'>,
): TrialSnapshot[] {
  const reports = looksAtReports(specification) ? 'all' : 'ofPruned'
  return store.history(id, prunerMetrics(specification), { reports })
}

/**
 * A person changed the study or its excluded trials: gives the history what counts now. What the trials reported so
 * far must be in the store, because a changed pruner may look at other metrics.
 * @returns whether something looks at reports now and nothing did before
 */
export function refreshHistory(
  history: StudyHistory,
  store: Store,
  { id, specification }: StudyRecord,
  before: StudySpecification,
): boolean {
  const isNewlyJudged = !looksAtReports(before) && looksAtReports(specification)
  const further = prunerMetrics(specification)
  if (isNewlyJudged) history.takeReports(readHistory(store, { id, specification }))
  else if (further.length > 0) history.takeFurther(store.history(id, further))
  history.exclude(store.excludedTrials(id))
  return isNewlyJudged
}

/**
 * The time of a study over all its sessions, on a clock that only rises. Each session counts from its first trial on: a start that is
 * slow or fails uses up nothing of the minutes of the study.
 */
export class ElapsedClock {
  #storedMs: number
  readonly #earlierMs: number
  /** Null before the first trial of the session. */
  #countedAtMs: number | null = null

  /** @param storedMs what earlier sessions took */
  constructor(storedMs: number) {
    this.#storedMs = storedMs
    this.#earlierMs = storedMs
  }

  /** A trial starts; only the first of the session changes anything. */
  begin(): void {
    this.#countedAtMs ??= performance.now()
  }

  /** In this session. One that begins later runs what a person wants beyond the limit. */
  hasPassed(limitMs: number): boolean {
    return this.#earlierMs < limitMs && this.elapsedMs >= limitMs
  }

  get elapsedMs(): number {
    const counted = { elapsedMs: this.#storedMs, atMs: this.#countedAtMs }
    return elapsedAt(counted, performance.now())
  }

  /** Counts the time since the last call, once it is stored. */
  count(store: (durationMs: number) => void): void {
    if (this.#countedAtMs === null) return
    const nowMs = performance.now()
    const counted = { elapsedMs: this.#storedMs, atMs: this.#countedAtMs }
    const elapsedMs = elapsedAt(counted, nowMs)
    if (elapsedMs <= this.#storedMs) return
    store(elapsedMs - this.#storedMs)
    this.#storedMs = elapsedMs
    this.#countedAtMs = nowMs
  }
}
