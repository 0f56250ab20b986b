import type { SavedCheckpoint, TrialOrigin } from '../contract/checkpoint.ts'
import type { MetricColumns, StartingPoint } from '../contract/trainer-protocol.ts'
import type { Failure, FailureClass } from '../contract/trial.ts'
import type { StudyReader } from '../storage/study-store.ts'
import { inheritedMetrics } from './inherited-metrics.ts'
import type { StudyCheckpoints } from './study-checkpoints.ts'
import type { TrialStart } from './study-history.ts'

/** Failures that are nobody's fault: the next attempt may go on where the last one saved. */
const goesOnAfter: readonly FailureClass[] = ['killed', 'device', 'timeout']

interface StartingTrial {
  readonly number: number
  readonly origin?: TrialOrigin
  /** Its own checkpoint, where an attempt was interrupted; null: none. */
  readonly resume: SavedCheckpoint | null
  /** See `TrialToRun`. */
  readonly reportedStep: number | null
}

/**
 * Where the attempts of a trial begin: at its own last checkpoint, at that of the trial that it descends from, or at the
 * beginning. Code of the user that goes on by itself finds its own folder again and says by its first report where it is:
 * until then everything that it had reported stays.
 */
export class StartingPlace {
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

  /** What the search knows of the attempt that begins. */
  get known(): TrialStart {
    const { origin } = this.#trial
    const keptStep = this.#resume?.step ?? this.#reportedStep
    return {
      ...(origin === undefined ? {} : { origin }),
      ...(keptStep === null ? {} : { keptStep }),
    }
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

  /** What the trainer starts from; undefined: from the beginning; a failure: from something that is gone. */
  point(): StartingPoint | Failure | undefined {
    if (this.#resume !== null) return { ...withoutRow(this.#resume), mode: 'resume' }
    const { origin } = this.#trial
    if (origin === undefined || this.#withoutOrigin) return undefined
    const checkpoint = this.#checkpoints.ofOrigin(origin)
    if (checkpoint !== null) return { ...withoutRow(checkpoint), mode: origin.mode }
    // It has copied what it needs.
    if (this.#reportedStep !== null) return undefined
    const message = `the checkpoint of trial ${origin.trial} at step ${origin.step} is no longer there`
    return { class: 'data', message, lostCheckpoint: true }
  }

  /** What was reported before the place. */
  inherited(store: StudyReader, studyId: number): MetricColumns[] {
    const { number } = this.#trial
    const lineage = this.#withoutOrigin ? { number } : this.#trial
    const keptStep = this.#resume?.step ?? this.#reportedStep ?? 0
    return inheritedMetrics(store, studyId, lineage, keptStep)
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
    const goesOn = goesOnAfter.includes(failure.class)
    this.#resume = goesOn ? this.#checkpoints.latest(this.#trial.number) : null
    this.#reportedStep = this.#checkpoints.reportedStep(this.#trial.number)
  }
}

/** A row of the store as the trainer needs it. */
function withoutRow({ step, batch, path, bytes, sha256 }: SavedCheckpoint): SavedCheckpoint {
  return { step, batch, path, bytes, sha256 }
}
