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
}

/**
 * Where the attempts of a trial begin: at its own last checkpoint, at that of the trial that it descends from, or at the
 * beginning.
 */
export class StartingPlace {
  readonly #trial: StartingTrial
  readonly #checkpoints: StudyCheckpoints
  #resume: SavedCheckpoint | null
  /** The trial's origin is gone, and it begins without. */
  #withoutOrigin = false

  constructor(trial: StartingTrial, checkpoints: StudyCheckpoints) {
    this.#trial = trial
    this.#checkpoints = checkpoints
    this.#resume = trial.resume
  }

  /** What the search knows of the attempt that begins. */
  get known(): TrialStart {
    const { origin } = this.#trial
    return {
      ...(origin === undefined ? {} : { origin }),
      ...(this.#resume === null ? {} : { keptStep: this.#resume.step }),
    }
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
    const message = `the checkpoint of trial ${origin.trial} at step ${origin.step} is no longer there`
    return { class: 'data', message, lostCheckpoint: true }
  }

  /** What was reported before the place. */
  inherited(store: StudyReader, studyId: number): MetricColumns[] {
    const { number } = this.#trial
    const lineage = this.#withoutOrigin ? { number } : this.#trial
    return inheritedMetrics(store, studyId, lineage, this.#resume?.step ?? 0)
  }

  /** Whether another place is left after a checkpoint that cannot be used; it is taken then. */
  leaveLost(failure: Failure): boolean {
    if (failure.lostCheckpoint !== true) return false
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
  }
}

/** A row of the store as the trainer needs it. */
function withoutRow({ step, batch, path, bytes, sha256 }: SavedCheckpoint): SavedCheckpoint {
  return { step, batch, path, bytes, sha256 }
}
