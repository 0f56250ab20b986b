import type { SavedCheckpoint, TrialOrigin } from '../../core/trial/checkpoint.ts'
import { msg } from '../../core/errors/message.ts'
import type { RetrySpecification } from '../../core/study/study-specification.ts'
import { defined } from '../../core/values/json.ts'
import type { MetricColumns, StartingPoint } from '../../core/processes/trainer-protocol.ts'
import {
  type Assignment,
  type AttemptRecord,
  type Failure,
  type FailureClass,
  reusedTrial,
  type TrialRecord,
} from '../../core/trial/trial.ts'
import type { StudyReader } from '../../platform/storage/study-store.ts'
import type { StudyCheckpoints } from '../study-checkpoints.ts'
import type { TrialStart } from './study-history.ts'

/** A trial of the store, as an attempt needs it. */
export interface TrialToRun {
  readonly number: number
  readonly parameters: Assignment
  readonly seed: number
  readonly slot: number
  /** Complete trial whose result it takes over; null if it runs. */
  readonly reused: number | null
  /** The checkpoint of another trial that it descends from. */
  readonly origin?: TrialOrigin
  /** It ends as complete after this step. */
  readonly untilStep?: number
  /** Its own checkpoint, where an attempt was interrupted; null: it begins at its beginning. */
  readonly resume: SavedCheckpoint | null
  /** Of code of the user that goes on by itself: the last step that an interrupted attempt reported; null: none. */
  readonly reportedStep: number | null
}

/** Trials that a session would run again, by number: not those that a person suspended. */
export function interruptedTrials(store: StudyReader, studyId: number): TrialRecord[] {
  return store
    .outline(studyId)
    .flatMap(({ number, state }) => (state === 'interrupted' ? [store.trial(studyId, number)] : []))
    .filter(({ suspended }) => suspended !== true)
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
 * Whether a failed attempt is repeated with the same parameters and seed: as long as fewer attempts
 * of the trial have failed in this class than the study allows. Interrupted attempts do not count;
 * they were nobody's fault.
 */
export function shouldRetry(
  policy: RetrySpecification,
  earlier: readonly Pick<AttemptRecord, 'failure'>[],
  failure: Failure,
): boolean {
  if (failure.requeued === true) return true
  const failed = earlier.filter(attempt => attempt.failure?.class === failure.class).length
  return failed < policy[failure.class]
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
  get current(): TrialStart {
    const { origin } = this.#trial
    return defined({ origin, resumeStep: this.#resume?.step ?? this.#reportedStep ?? undefined })
  }

  /** Code of the user goes on by itself. */
  get resumesByItself(): boolean {
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
    if (failure.lostCheckpoint !== true || this.resumesByItself) return false
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
