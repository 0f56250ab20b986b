import type { EnginePreference } from './engine.ts'
import type { SerializedError } from './errors.ts'
import type { Prediction } from './exported-model.ts'

/** Messages to and from the process that uses a model on new data: one request, one answer, then it ends. */

export interface PredictionRequest {
  /** Folder with `model.json` and `weights.safetensors`; absolute. */
  readonly modelDirectory: string
  /** File, folder or archive; absolute. */
  readonly input: string
  readonly engine: EnginePreference
}

export type PredictionAnswer =
  | {
      readonly ok: true
      /** Null for numbers. */
      readonly classNames: readonly string[] | null
      readonly predictions: readonly Prediction[]
    }
  | { readonly ok: false; readonly error: SerializedError }
