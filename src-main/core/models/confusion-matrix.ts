/** Validation rows at the best step of a trial: how many of each class were taken for each class. */
export interface ConfusionMatrix {
  readonly classes: readonly string[]
  /** By true class (outer) and predicted class (inner), in the order of `classes`. */
  readonly counts: readonly (readonly number[])[]
}
