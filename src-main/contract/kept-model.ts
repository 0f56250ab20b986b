/** Kinds of the artifacts that hold what a training has learnt. */
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
