import type { Assignment, TrialSnapshot } from '../../../../core/trial/trial.ts'
import { assignmentKey } from '../tried-points.ts'

/** A full state can hold two n × n matrices, so only the last ones are kept. */
const MAX_CACHED_STATES = 512

/** The trials with a result that come before another one. */
export interface EarlierResults {
  /** The first of them with these very parameters. */
  find(parameters: Assignment): TrialSnapshot | null
}

export interface Replayed<State> {
  readonly state: State
  readonly earlier: EarlierResults
}

/**
 * Rebuilds a state from the trials: those with a result, by number, are told one after the other. A trial
 * that ends late takes its place by its number, and what follows it is computed again. What was computed for
 * the very same trials (objects, which never change) is remembered; the answer is the same without.
 * @param tell the state after one more trial with a result; pure
 */
export function createReplay<State>(
  start: State,
  tell: (state: State, trial: TrialSnapshot, earlier: EarlierResults) => State,
): (trials: readonly TrialSnapshot[]) => Replayed<State> {
  /** The trials of the request before, those of them with a result, and how many those were before each. */
  const seen: TrialSnapshot[] = []
  const results: TrialSnapshot[] = []
  const toldBefore: number[] = []
  /** After each trial told; null once dropped. */
  const states: (State | null)[] = []
  /** The first trial told with each assignment, by its index; as far as somebody has asked. */
  const firstIndices = new Map<string, number>()
  let indexed = 0

  function indexTrials(trials: readonly TrialSnapshot[]): void {
    const limit = Math.min(trials.length, seen.length)
    let same = 0
    while (same < limit && trials[same] === seen[same]) same++
    const keep = toldBefore[same] ?? results.length
    for (; indexed > keep; indexed--) {
      const key = assignmentKey((results[indexed - 1] as TrialSnapshot).parameters)
      if (firstIndices.get(key) === indexed - 1) firstIndices.delete(key)
    }
    results.length = keep
    states.length = Math.min(states.length, keep)
    seen.length = same
    toldBefore.length = same
    for (const trial of trials.slice(same)) {
      seen.push(trial)
      toldBefore.push(results.length)
      if (trial.state === 'complete' || trial.state === 'pruned') results.push(trial)
    }
  }

  function earlierThan(index: number): EarlierResults {
    return {
      find(parameters) {
        for (; indexed < results.length; indexed++) {
          const key = assignmentKey((results[indexed] as TrialSnapshot).parameters)
          if (!firstIndices.has(key)) firstIndices.set(key, indexed)
        }
        const first = firstIndices.get(assignmentKey(parameters))
        return first === undefined || first >= index ? null : (results[first] as TrialSnapshot)
      },
    }
  }

  return trials => {
    indexTrials(trials)
    // A dropped state is missed only after old trials have changed: computed again from the beginning.
    if (states.at(-1) === null) states.length = 0
    let state = states.length === 0 ? start : (states.at(-1) as State)
    for (let index = states.length; index < results.length; index++) {
      state = tell(state, results[index] as TrialSnapshot, earlierThan(index))
      states.push(state)
      if (index >= MAX_CACHED_STATES) states[index - MAX_CACHED_STATES] = null
    }
    return { state, earlier: earlierThan(results.length) }
  }
}

/** The same where no step asks for earlier results: the state after all trials with a result. */
export function createTrialFold<State>(
  start: State,
  step: (state: State, trial: TrialSnapshot) => State,
): (trials: readonly TrialSnapshot[]) => State {
  const replay = createReplay(start, (state, trial) => step(state, trial))
  return trials => replay(trials).state
}
