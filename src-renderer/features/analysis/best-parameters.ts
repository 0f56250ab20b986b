import type { Assignment } from '../../../src-main/core/trial/trial.ts'

/** What the best trial had, among these trials; null where it is not one of them. */
export function bestParameters(
  trials: readonly { readonly number: number; readonly parameters: Assignment }[],
  best: number | undefined,
): Assignment | null {
  return trials.find(({ number }) => number === best)?.parameters ?? null
}
