import path from 'node:path'
import type { CheckpointPlace, SavedCheckpoint } from '../contract/checkpoint.ts'
import type { AttemptCheckpoints } from '../contract/trainer-protocol.ts'
import { writeCheckpointFile } from '../networks/checkpoint-file.ts'
import type {
  CheckpointHost,
  StartingCheckpoint,
  TrainingCheckpoint,
} from '../training/objectives/objective-host.ts'

export interface CheckpointSaverOptions {
  /** Null: nothing is saved but what the attempt starts from is there. */
  readonly settings: AttemptCheckpoints | null
  readonly start: StartingCheckpoint | null
  /** Milliseconds that only rise. */
  readonly now: () => number
  /** Whether the attempt was cancelled: what it has learnt is not wanted. */
  readonly isCancelled: () => boolean
  /** Told of every whole checkpoint but the one at the end. */
  readonly saved: (checkpoint: SavedCheckpoint) => void
}

/**
 * Decides when a training hands over a checkpoint, and writes it. The one where the attempt ends is not announced: it
 * travels with the outcome, so that a trial that was killed between the two never goes on beyond its own end.
 */
export class CheckpointSaver implements CheckpointHost {
  readonly start: StartingCheckpoint | null
  readonly #options: CheckpointSaverOptions
  #lastMs: number
  #batches = 0
  #wasAsked = false
  #suspension: 'none' | 'asked' | 'done' = 'none'
  #end: SavedCheckpoint | null = null

  constructor(options: CheckpointSaverOptions) {
    this.#options = options
    this.start = options.start
    this.#lastMs = options.now()
  }

  /** The training stops once it has saved; at once if it never saves. */
  suspend(): void {
    if (this.#suspension === 'none') this.#suspension = 'asked'
  }

  /** Whether a suspended training has nothing left to do. */
  get mayStop(): boolean {
    if (this.#suspension === 'asked') return this.#options.settings === null || !this.#wasAsked
    return this.#suspension === 'done'
  }

  /** Written where the attempt ended; null if it wrote none there. */
  get end(): SavedCheckpoint | null {
    return this.#end
  }

  isDue({ step, batch }: CheckpointPlace, isEnd: boolean): boolean {
    const { settings, now, isCancelled } = this.#options
    this.#wasAsked = true
    this.#batches++
    if (settings === null || isCancelled()) return false
    if (isEnd) return settings.atEnd
    if (this.#suspension === 'asked') return true
    const { everySeconds, everyEpochs, everySteps } = settings
    if (everySeconds !== null && now() - this.#lastMs >= everySeconds * 1_000) return true
    if (everySteps !== null && this.#batches % everySteps === 0) return true
    return everyEpochs !== null && batch === 0 && step % everyEpochs === 0
  }

  async save(
    place: CheckpointPlace,
    isEnd: boolean,
    checkpoint: TrainingCheckpoint,
  ): Promise<void> {
    const { settings, now, saved } = this.#options
    if (settings === null) return
    const { step, batch } = place
    const path_ = path.join(settings.directory, `${step}-${batch}.safetensors`)
    const written = await writeCheckpointFile(path_, checkpoint)
    const record: SavedCheckpoint = { step, batch, path: path_, ...written }
    this.#lastMs = now()
    if (isEnd) this.#end = record
    else saved(record)
    if (this.#suspension === 'asked') this.#suspension = 'done'
  }
}
