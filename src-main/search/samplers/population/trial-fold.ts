import type { TrialSnapshot } from '../../../contract/trial.ts'

/** A change further back than this makes the fold begin anew; slots are fewer. */
const KEPT_STATES = 256

/**
 * What an algorithm knows after some trials: `step` for each of those with a result, by number. A trial
 * that ends late takes its place by its number, and what follows is computed again. States
 * for the very same trials (objects, which never change) are remembered; without, the answer is
 * the same.
 * @param start the state before any trial
 * @param step a new state from the one before and the next complete or pruned trial; changes neither
 */
export function createTrialFold<State>(
  start: State,
  step: (state: State, trial: TrialSnapshot) => State,
): (trials: readonly TrialSnapshot[]) => State {
  /** The trials of the request before and how many of them with a result came before each. */
  const seen: TrialSnapshot[] = []
  const toldBefore: number[] = []
  /** After each trial with a result; only the last ones are kept. */
  let states: (State | null)[] = []

  function truncate(length: number): void {
    states.length = toldBefore[length] ?? states.length
    seen.length = length
    toldBefore.length = length
    if (states.length > 0 && states.at(-1) === null) {
      states = []
      seen.length = 0
      toldBefore.length = 0
    }
  }

  return trials => {
    let same = 0
    while (same < seen.length && same < trials.length && trials[same] === seen[same]) same++
    if (same < seen.length) truncate(same)
    for (let index = seen.length; index < trials.length; index++) {
      const trial = trials[index] as TrialSnapshot
      seen.push(trial)
      toldBefore.push(states.length)
      if (trial.state !== 'complete' && trial.state !== 'pruned') continue
      states.push(step(states.at(-1) ?? start, trial))
      const old = states.length - 1 - KEPT_STATES
      if (old >= 0) states[old] = null
    }
    return states.at(-1) ?? start
  }
}
