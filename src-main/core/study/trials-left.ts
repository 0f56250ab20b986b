import { finishedCount, type TrialState } from '../trial/trial.ts'

/** Trials that a study may still finish by its limit of them; null without such a limit. */
export function trialsLeft({
  trialBudget,
  trials,
}: {
  readonly trialBudget: number | null
  readonly trials: Readonly<Record<TrialState, number>>
}): number | null {
  return trialBudget === null ? null : Math.max(0, trialBudget - finishedCount(trials))
}
