import type { TrialSnapshot } from '../../contract/trial.ts'
import { lastStepOf } from './reported-values.ts'

/** The last step of the longest complete trial; null if none reported. */
export function longestComplete(trials: readonly TrialSnapshot[]): number | null {
  let longest: number | null = null
  for (const trial of trials) {
    if (trial.state !== 'complete') continue
    const step = lastStepOf(trial)
    if (step !== undefined && (longest === null || step > longest)) longest = step
  }
  return longest
}
