/** So many of the best trials keep their models and predictions, as long as each of the two fits into so many bytes. */
export const MAX_STORED_TRIALS = 24
export const MAX_STORED_BYTES = 256_000_000

/** Kinds of the artifacts that hold what a training has learned. */
export interface ModelKinds {
  readonly model: string
  readonly weights: string
}

/** Those of one fold, from 0, at its best step; a single validation split is the first fold. */
export function modelKinds(fold: number): ModelKinds {
  return fold === 0
    ? { model: 'model', weights: 'weights.best' }
    : { model: `model.${fold}`, weights: `weights.${fold}` }
}
