import type { Tensor } from '@tensorflow/tfjs-core'
import type {
  TrainingFunction,
  TensorData,
  TensorSpecification,
} from '../training/compiled/compiled-function.ts'

export type FunctionResult = ReturnType<TrainingFunction>

/** A call of a training function, recorded while it ran. */
export interface RecordedCall {
  readonly result: FunctionResult
  /** Ends the note; call it while the result's tensors are alive. */
  finish(): Replay | NotReplayable
  /** Frees what the note holds. */
  discard(): void
}

/** Why a function has to be called again at every run: it … */
export type Obstacle =
  | 'readsValue'
  | 'drawsNumbers'
  /** uses a tensor that is neither state nor feed nor made inside it */
  | 'foreignTensor'
  /** has a shape that is only known when an operation has run */
  | 'unknownShape'
  /** calls a kernel that gives one of its inputs back beside new results */
  | 'sharedResult'

export interface NotReplayable {
  readonly reason: Obstacle
}

export function isReplay(outcome: Replay | NotReplayable): outcome is Replay {
  return 'run' in outcome
}

/** Does again what a recorded call did, with other numbers. */
export interface Replay {
  /**
   * @param state the tensors to start from, which stay as they are
   * @returns tensors that the caller owns, null for those that stay as they are; and the outputs
   * @throws what a kernel throws; nothing is left behind then
   */
  run(
    state: readonly Tensor[],
    feeds: readonly TensorData[],
  ): { readonly state: readonly (Tensor | null)[]; readonly outputs: Float32Array[] }
  /** Tensors and bytes that it holds between runs. */
  readonly tensors: number
  readonly bytes: number
  dispose(): void
}

/** An engine's way to note calls down. */
export interface FunctionRecorder {
  /** Calls `fn` on state and feeds as usual, and notes what it computes. */
  record(call: {
    readonly fn: TrainingFunction
    readonly state: readonly Tensor[]
    readonly feeds: readonly Tensor[]
    readonly specifications: readonly TensorSpecification[]
  }): RecordedCall
}
