import type { EnginePreference } from './engine.ts'
import type { Prediction } from './exported-model.ts'

export interface PredictionRequest {
  /** Folder with `model.json` and `weights.safetensors`; absolute. */
  readonly modelDirectory: string
  /** File, folder or archive; absolute. */
  readonly input: string
  readonly engine: EnginePreference
}

export interface Predictions {
  /** Null for numbers. */
  readonly classNames: readonly string[] | null
  readonly predictions: readonly Prediction[]
}
