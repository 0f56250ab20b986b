import type { Tensor } from '@tensorflow/tfjs-core'
import type { EngineInfo } from '../../core/machine/engine.ts'

/**
 * Training code is written once, as pure functions of tensors, and handed to an engine, which
 * compiles them. Some engines run them operation by operation, others capture them whole; therefore
 * everything that changes from call to call (batch, learning rate, random counter, Adam's step) is a
 * feed or state, never a JavaScript number inside a function, and no function reads a tensor's data.
 */

export interface TensorSpecification {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
}

export type TensorData = Float32Array | Int32Array

/** A tensor that lives in an engine between calls of compiled functions, with its first value. */
export interface StateEntry extends TensorSpecification {
  readonly name: string
  readonly data: TensorData
}

/**
 * Tensors that compiled functions share: parameters, optimizer moments, moving statistics. Compiled functions over the
 * same state see each other's updates.
 */
export interface EngineState {
  readonly entries: readonly (TensorSpecification & { readonly name: string })[]
  /** Copies of all tensors in the order of `entries`; later runs do not change them. */
  read(): Promise<TensorData[]>
  /** Replaces all tensors; `data` in the order of `entries`, lengths must match. */
  write(data: readonly TensorData[]): void
  dispose(): void
}

/**
 * `(state, feeds) → (state', outputs)`. `state` and `feeds` come in the order of their
 * declarations; `state'` must have the same order, shapes and types as `state`. Outputs are
 * float32 of any shape. The function may be called once (traced) or at every run.
 */
export type TrainingFunction = (
  state: readonly Tensor[],
  feeds: readonly Tensor[],
) => { readonly state: readonly Tensor[]; readonly outputs: readonly Tensor[] }

interface ExecutionStatistics {
  readonly executor: 'eager' | 'captured' | 'replayed'
  /** Why a better executor was not used; null if the best one runs. */
  readonly fallbackReason: string | null
  readonly runs: number
}

export interface CompiledFunction {
  readonly key: string
  /**
   * Runs once and gives the outputs as plain arrays.
   * @throws AppError `compiledFunction.invalid` if a feed's count, type or length differs from its specification
   */
  run(feeds: readonly TensorData[]): Promise<Float32Array[]>
  readonly statistics: ExecutionStatistics
  dispose(): void
}

/** A tensor backend, started and checked. */
export interface Engine {
  readonly info: EngineInfo
  /** Whether it captures a function once and then runs it whole, so that long functions cost little. Default false. */
  readonly capturesFunctions?: boolean
  createState(entries: readonly StateEntry[]): EngineState
  /**
   * @param key identifies architecture, batch size and optimizer kind; compiled functions with the same key,
   *   feeds and state are the same compiled function
   * @throws AppError `compiledFunction.invalid`
   */
  compile(
    key: string,
    fn: TrainingFunction,
    feeds: readonly TensorSpecification[],
    state: EngineState,
  ): CompiledFunction
  /** Tensors and bytes held now; constant over steps unless something leaks. */
  memory(): { readonly tensors: number; readonly bytes: number }
  dispose(): void
}
