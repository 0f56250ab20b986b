import type { AttemptCode } from '../../core/trial/trial.ts'
import type { TrainingPosition, OriginMode, SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import type { ExportedModel } from '../../core/models/exported-model.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { NetworkDefinition } from '../models/network-definition.ts'

/**
 * A running objective asks this of the process around it. Everything that waits, reports or
 * stops goes through here, so objectives stay free of clocks and of messages.
 */
export interface ObjectiveHost {
  /**
   * Reports metric values at a step (epochs from 1 for training tasks) and waits for the pruner.
   * Steps must rise. Values may be NaN or ±∞. `finish`: the training ends here as if its parameters had said so; who cannot do
   * that goes on.
   * @param isLast the training ends here by its own rules, so that nothing is saved by pruning it. Default false
   */
  report(
    step: number,
    metrics: Readonly<Record<string, number>>,
    isLast?: boolean,
  ): Promise<'continue' | 'finish' | 'stop'>
  /**
   * Called between batches: yields to messages now and then. `stop` means that the attempt was canceled.
   */
  yieldNow(): Promise<'continue' | 'stop'>
  /** Waits for a time that a person asked for (test functions); ends early when canceled. */
  wait(durationMs: number): Promise<void>
  /** For objectives that run elsewhere and cannot come by `checkpoint`: calls back when a person steers. */
  steered?(listener: (what: 'cancel' | 'suspend') => void): void
  /** A program that serves many trials has begun this one; its start is over. */
  taken?(): void
  /** Which code of the user runs; again where it changed while it ran. */
  code?(code: AttemptCode): void
  /** Absent: nothing is saved, and the training starts at the beginning. */
  readonly checkpoints?: CheckpointHost
  /** The training ends as finished after this step; absent: its parameters decide. */
  readonly untilStep?: number
}

/** With it, a training goes on later as if nothing had happened. */
export interface TrainingCheckpoint {
  /** Everything that is no tensor. */
  readonly progress: JsonObject
  readonly tensors: readonly NamedTensor[]
}

/** A training starts from it in place of the beginning. */
export interface StartingCheckpoint {
  readonly mode: OriginMode | 'resume'
  readonly checkpoint: TrainingCheckpoint
}

export interface CheckpointHost {
  readonly start: StartingCheckpoint | null
  /**
   * Asked after every batch, and at the end of a step after its report: whether to call `save` now.
   * @param isEnd nothing of this attempt follows
   */
  isDue(position: TrainingPosition, isEnd: boolean): boolean
  save(position: TrainingPosition, isEnd: boolean, checkpoint: TrainingCheckpoint): Promise<void>
}

/** `model.json` before it is written. */
type ModelDescription = Omit<ExportedModel, 'network'> & {
  /** Absent where there are trees. */
  readonly network?: NetworkDefinition
}

/** A named tensor of trained weights. */
export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Rows of a split as they stand in the prepared data, with what is true of them. */
export interface RowTruth {
  /** Number of each row in the prepared data. */
  readonly rows: Int32Array
  /** Class of each row; of numbers, the standardized target. */
  readonly targets: Int32Array | Float32Array
}

/** Predictions for the rows of a split, in the raw form of the outputs: logits, or standardized numbers. */
export interface RowPredictions extends RowTruth {
  /** rows × outputs */
  readonly outputs: Float32Array
}

export interface ObjectiveResult {
  /** False when the host said `stop`. */
  readonly finished: boolean
  /** It finished before its parameters said so, because the host said `finish`. */
  readonly cutShort?: true
  /** Metric values at the best step (by the first goal) and at the last step. */
  readonly best: {
    readonly step: number
    readonly metrics: Readonly<Record<string, number>>
  } | null
  readonly last: {
    readonly step: number
    readonly metrics: Readonly<Record<string, number>>
  } | null
  /** Of what was trained; absent for objectives without weights, and before the first epoch ends. */
  readonly size?: {
    /** Trainable numbers. */
    readonly parameterCount: number
    /** For one row, forward. */
    readonly multiplyAdds?: number
    /** Bytes of the weights, moving statistics included. */
    readonly modelBytes: number
  }
  /** Weights of the best and of the last epoch; absent for objectives without weights. */
  readonly weights?: {
    readonly best: readonly NamedTensor[]
    readonly last: readonly NamedTensor[]
  }
  /** Validation rows at the best step by true (outer) and predicted class; absent where nothing is classified. */
  readonly confusion?: readonly (readonly number[])[]
  /** Of the validation rows at the best step; absent where nothing is validated row by row. */
  readonly predictions?: RowPredictions
  /** Describes how to use the weights on new data; there where weights are. */
  readonly model?: ModelDescription
  /** A judgment came to prune it, but it had reached its end before anything stopped it: the judgment is void. */
  readonly endedUnstopped?: true
  /** Written where it ended, by code of the user that goes on by itself. */
  readonly checkpoint?: SavedCheckpoint
}
