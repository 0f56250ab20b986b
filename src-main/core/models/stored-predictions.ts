import type { ExportedModel } from './exported-model.ts'

/**
 * Predictions of a trial for its validation rows at its best step; with folds, for the validation rows of every fold, each
 * by the model that has not learned from them.
 */
export interface StoredPredictions {
  /** Number of each row in the prepared data; no row comes twice. */
  readonly rows: Int32Array
  readonly outputs: ExportedModel['outputs']
  /** Class of each row, or its number in units of the target. */
  readonly targets: Float64Array
  /** Probabilities, rows × classes; or predicted numbers in units of the target. */
  readonly predictions: Float64Array
  /** 1: the rows of the validation split. */
  readonly folds: number
}

/** Kind of the artifact that holds the predictions of one fold, from 0. */
export function predictionKind(fold: number): string {
  return `predictions.${fold}`
}

export function isPredictionKind(kind: string): boolean {
  return kind.startsWith('predictions.')
}
