import type { SavedCheckpoint } from '../core/trial/checkpoint.ts'
import { resumesByItself } from '../core/objectives/checkpoint-support.ts'
import { msg, type MessageDescriptor } from '../core/errors/message.ts'
import { defined } from '../core/values/json.ts'
import type { Exhausted, Proposal } from '../core/processes/search-protocol.ts'
import { firstPoints, type StudySpecification } from '../core/study/study-specification.ts'
import {
  checkpointOfPoint,
  type QueuedPoint,
  type StudyRecord,
  type StudyState,
} from '../core/study/study.ts'
import type { MetricColumns, StartingPoint } from '../core/processes/trainer-protocol.ts'
import {
  type TrialSnapshot,
  type TrialRecord,
  reusedTrial,
  type Failure,
  type FailureClass,
} from '../core/trial/trial.ts'
import { deriveSeed } from '../math/random/stream.ts'
import { resolveOptions } from '../search/options.ts'
import { toProposal } from '../search/proposals/queued-point.ts'
import { prunerContext } from '../search/pruner-metrics.ts'
import { pruners } from '../search/pruners/registry.ts'
import type { StopState } from '../search/stopping/stop-rule.ts'
import { concludeDecision, findStopDecision } from '../search/stopping/stop-rules.ts'
import type { StudyStore, StudyReader } from '../platform/storage/study-store.ts'
import { chosenExecutor } from './executors/chosen-executor.ts'
import type { SearchLink } from './search-link.ts'
import type { StudyCheckpoints } from './study-checkpoints.ts'
import type { StudyHistory, TrialStart } from './study-history.ts'
import type { TrialToRun } from './trial-environment.ts'

/** How a session of a study ended, or is about to. */
export interface StudyEnd {
  readonly state: Extract<StudyState, 'finished' | 'failed' | 'paused' | 'stopped'>
  readonly reason: MessageDescriptor
}

/** The end that a person asked a session for: `finish` stops it after its running trials, `stop` at once. */
export type EndRequest = 'none' | 'pause' | 'finish' | 'stop'

/** The end that waits for running trials; null if none is asked for. */
export function requestedEnd(request: EndRequest): StudyEnd | null {
  if (request === 'pause') return { state: 'paused', reason: msg('ending.paused') }
  if (request !== 'finish') return null
  return { state: 'stopped', reason: msg('ending.stoppedAfterTrials') }
}

/** The point that a person queued for this trial: before the sampler's, but after those that the study file tries first. */
export function queuedPoint(
  store: StudyStore,
  { id, specification }: Pick<StudyRecord, 'id' | 'specification'>,
  number: number,
): QueuedPoint | undefined {
  return number < firstPoints(specification).length ? undefined : store.queuedPoints(id)[0]
}

export async function nextPoint(
  store: StudyStore,
  study: StudyRecord,
  search: SearchLink,
  number: number,
  trials: readonly TrialSnapshot[],
): Promise<(Proposal & { readonly queuedPoint?: number }) | Exhausted> {
  const point = queuedPoint(store, study, number)
  const proposal = point === undefined ? await search.propose(number) : toProposal(point)
  if ('exhausted' in proposal) return proposal
  const untilStep = plannedEnd(study.specification, number, proposal, trials)
  return { ...proposal, ...defined({ untilStep }) }
}

/**
 * How the study ends instead of another trial; null if it goes on. A trial that a person lets go on from a checkpoint runs whatever
 * the stop rules say.
 */
export function stopBefore(
  store: StudyStore,
  { id, specification: { stop, goals } }: StudyRecord,
  {
    history,
    ...so
  }: { readonly history: StudyHistory } & Pick<StopState, 'elapsedMs' | 'failuresFrom'>,
): StudyEnd | null {
  const [point] = store.queuedPoints(id)
  if (point !== undefined && checkpointOfPoint(point.origin) !== null) return null
  const [goal] = goals
  if (goal === undefined) throw new RangeError('a study has at least one goal')
  return findStopDecision({ stop, goal, trials: history.trials, best: history.best(goal), ...so })
}

/** The end as the trials that ran on bear it out. */
export function concludeEnd(end: StudyEnd, trials: readonly TrialSnapshot[]): StudyEnd {
  if (end.state !== 'finished') return end
  return concludeDecision({ state: end.state, reason: end.reason }, trials)
}

/** Stores a proposal as a trial that runs; one that continues another trial is the same training, with the same order of batches. */
export function startTrial(
  store: StudyStore,
  { id: studyId, specification }: StudyRecord,
  next: {
    readonly number: number
    readonly slot: number
    readonly proposal: Proposal & { readonly queuedPoint?: number }
    readonly atMs: number
  },
): TrialToRun {
  const { number, slot, proposal, atMs } = next
  const { parameters, provenance, origin, untilStep } = proposal
  const seed =
    origin?.mode === 'continue'
      ? store.trial(studyId, origin.trial).seed
      : deriveSeed({ seed: specification.seed, number, purpose: 'trial' })
  store.startTrial({ studyId, number, seed, slot, atMs, ...proposal })
  return {
    number,
    parameters,
    seed,
    slot,
    resume: null,
    reportedStep: null,
    reused: reusedTrial(provenance),
    ...defined({ origin, untilStep }),
  }
}

/** Marks and gives the trials that a killed or stopped session left behind, by number. */
export function takeInterrupted(
  store: StudyStore,
  studyId: number,
  atMs: number,
  checkpoints: StudyCheckpoints,
): TrialToRun[] {
  store.interruptRunning(studyId, atMs)
  return interruptedTrials(store, studyId).map(trial => toRunAgain(trial, checkpoints))
}

/** Trials that a session would run again, by number: not those that a person suspended. */
export function interruptedTrials(store: StudyReader, studyId: number): TrialRecord[] {
  return store
    .outline(studyId)
    .flatMap(({ number, state }) => (state === 'interrupted' ? [store.trial(studyId, number)] : []))
    .filter(({ suspended }) => suspended !== true)
}

/** Stores that a further attempt of a trial begins. @returns its number, from 1 */
export function storeAttempt(
  store: StudyStore,
  studyId: number,
  { number, slot }: Pick<TrialToRun, 'number' | 'slot'>,
  { resumeStep }: TrialStart,
  atMs: number,
): number {
  store.startAttempt({ studyId, trialNumber: number, slot, atMs, ...defined({ resumeStep }) })
  return store.trial(studyId, number).attempts.length
}

/** An interrupted trial, which goes on where it saved last. */
export function toRunAgain(
  { number, parameters, provenance, seed, attempts, origin, untilStep }: TrialRecord,
  checkpoints: StudyCheckpoints,
): TrialToRun {
  return {
    number,
    parameters,
    seed,
    slot: attempts.at(-1)?.slot ?? 0,
    reused: reusedTrial(provenance),
    ...defined({ origin, untilStep }),
    resume: checkpoints.latest(number),
    reportedStep: checkpoints.reportedStep(number),
  }
}

/**
 * The step at which a new trial ends, if that is known before it starts. A training of ours here is stopped where the pruner says;
 * code of the user is told the next rung, so that it has saved when it ends there, and so is a training on another machine.
 * @param trials all, by number, without the new one
 * @returns undefined: its parameters and the pruner decide as it goes
 */
export function plannedEnd(
  specification: StudySpecification,
  number: number,
  { parameters, origin, untilStep }: Proposal,
  trials: readonly TrialSnapshot[],
): number | undefined {
  const isOwn = resumesByItself(specification.objective)
  const { stopsAtRungs } = chosenExecutor(specification).definition
  if (!isOwn && !stopsAtRungs) return untilStep
  const resolved = resolveOptions('pruner', pruners, specification.pruner)
  if (!resolved.ok) return untilStep
  const pruner = resolved.definition.create(resolved.options, prunerContext(specification))
  const trial: TrialSnapshot = {
    number,
    state: 'running',
    parameters,
    values: [],
    reports: [],
    ...defined({ origin }),
  }
  const rung = pruner.nextRung?.({ trial, others: trials })
  // How long a training of ours is, its parameters say.
  if (rung === undefined || (rung.isFull && !isOwn)) return untilStep
  // A trial that was at the last rung already, and is trained longer, has none before it.
  const start = origin === undefined || origin.mode === 'initialize' ? 0 : origin.step
  if (rung.step <= start) return untilStep
  return Math.min(rung.step, untilStep ?? Number.POSITIVE_INFINITY)
}

/** Failures that are nobody's fault: the next attempt may go on where the last one saved. */
const resumableAfter: readonly FailureClass[] = ['killed', 'device', 'timeout']

type StartingTrial = Pick<TrialToRun, 'number' | 'origin' | 'resume' | 'reportedStep'>

/**
 * Where the attempts of a trial begin: at its own last checkpoint, at that of the trial that it descends from, or at the
 * beginning. Code of the user that goes on by itself finds its own folder again and says by its first report where it is:
 * until then everything that it had reported stays.
 */
export class AttemptStart {
  readonly #trial: StartingTrial
  readonly #checkpoints: StudyCheckpoints
  #resume: SavedCheckpoint | null
  /** Reports of earlier attempts up to this step stay; null: none, or a checkpoint decides. */
  #reportedStep: number | null
  /** The trial's origin is gone, and it begins without. */
  #withoutOrigin = false

  constructor(trial: StartingTrial, checkpoints: StudyCheckpoints) {
    this.#trial = trial
    this.#checkpoints = checkpoints
    this.#resume = trial.resume
    this.#reportedStep = trial.reportedStep
  }

  /** The attempt that begins, as the search sees it. */
  get known(): TrialStart {
    const { origin } = this.#trial
    return defined({ origin, resumeStep: this.#resume?.step ?? this.#reportedStep ?? undefined })
  }

  /** Code of the user goes on by itself. */
  get isOwn(): boolean {
    return this.#checkpoints.areOwn
  }

  /**
   * Code that goes on by itself has made its first report: what earlier attempts reported from that step on is void.
   * @returns whether there may be something
   */
  settle(firstStep: number): boolean {
    if (this.#reportedStep === null || this.#reportedStep < firstStep) return false
    this.#reportedStep = firstStep - 1
    return true
  }

  /** An attempt begins: what an earlier one saved beyond this place belongs to a curve that is gone. */
  enter(): void {
    if (this.#resume === null) this.#checkpoints.forget(this.#trial.number)
  }

  /** The start of the trainer; undefined: from the beginning; a failure: from something that is gone. */
  point(): StartingPoint | Failure | undefined {
    if (this.#resume !== null) return { ...withoutRow(this.#resume), mode: 'resume' }
    const { origin } = this.#trial
    if (origin === undefined || this.#withoutOrigin) return undefined
    const checkpoint = this.#checkpoints.ofOrigin(origin)
    if (checkpoint !== null) return { ...withoutRow(checkpoint), mode: origin.mode }
    // It has copied what it needs.
    if (this.#reportedStep !== null) return undefined
    const { trial, step } = origin
    const gone = msg('failure.checkpointGone', { trial, step })
    return { class: 'data', reason: gone, lostCheckpoint: true }
  }

  /** Everything that was reported before the place. */
  inherited(store: StudyReader, studyId: number): MetricColumns[] {
    const { number } = this.#trial
    const lineage = this.#withoutOrigin ? { number } : this.#trial
    const resumeStep = this.#resume?.step ?? this.#reportedStep ?? 0
    return inheritedMetrics(store, studyId, lineage, resumeStep)
  }

  /** Whether another place is left after a checkpoint that cannot be used; it is taken then. */
  leaveLost(failure: Failure): boolean {
    // Whether the same seed leads to the same state again is not for us to say of code of the user.
    if (failure.lostCheckpoint !== true || this.isOwn) return false
    if (this.#resume !== null) {
      this.#checkpoints.forget(this.#trial.number)
      this.#resume = null
      return true
    }
    // The same parameters and seed lead to the same checkpoint again; that of a fork cannot be made anew.
    if (this.#trial.origin?.mode !== 'continue') return false
    this.#withoutOrigin = true
    return true
  }

  /** Where an attempt after a failed one begins. */
  moveAfter(failure: Failure): void {
    const canResume = resumableAfter.includes(failure.class)
    this.#resume = canResume ? this.#checkpoints.latest(this.#trial.number) : null
    this.#reportedStep = this.#checkpoints.reportedStep(this.#trial.number)
  }
}

/** A row of the store as the trainer needs it. */
function withoutRow({ step, batch, path, bytes, sha256 }: SavedCheckpoint): SavedCheckpoint {
  return { step, batch, path, bytes, sha256 }
}

/**
 * Everything that a trial has reported when an attempt begins: its own metrics up to `resumeStep`, and, where it continues
 * another trial, that one's up to the checkpoint, and so on. A fork has other parameters and inherits none.
 */
function inheritedMetrics(
  store: StudyReader,
  studyId: number,
  trial: Pick<StartingTrial, 'number' | 'origin'>,
  resumeStep: number,
): MetricColumns[] {
  const columns: MetricColumns[] = []
  let { number, origin } = trial
  let step = resumeStep
  for (;;) {
    if (step > 0) columns.unshift(...columnsUpTo(store, studyId, number, step))
    if (origin?.mode !== 'continue') return columns
    number = origin.trial
    step = origin.step
    origin = store.trial(studyId, number).origin
  }
}

function columnsUpTo(
  store: StudyReader,
  studyId: number,
  number: number,
  lastStep: number,
): MetricColumns[] {
  return Object.entries(store.trial(studyId, number).metrics).map(([name, { steps, values }]) => {
    const count = steps.filter(step => step <= lastStep).length
    return {
      names: [name],
      steps: Int32Array.from(steps.slice(0, count)),
      values: Float64Array.from(values.slice(0, count)),
    }
  })
}
