import { fact } from '../../../contract/fact.ts'
import type { Proposal } from '../../../contract/search-protocol.ts'
import type { TrialSnapshot } from '../../../contract/trial.ts'
import { createSobol, type Sobol, SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import { assignmentAt, variedParameters } from '../unit-coordinates.ts'
import { createReplay, type EarlierResults, type Replayed } from './replay.ts'

/**
 * The option `warmStart: n`: trials with a number below n, whoever proposed them, are not samples of the
 * search; it begins where the best of them are (`warm-start.ts`). Another sampler hands over at trial n by
 * creating this one with the option and the study's own context, and asking it from trial n on with all
 * trials; nothing else is needed. Asked for a trial before n, it gives points of Sobol's sequence. A result
 * that is still missing at trial n changes the start when it comes.
 */
interface WarmState<State> {
  /** Trials with a result before the search begins. */
  readonly sources: readonly TrialSnapshot[]
  /** Null until the first result after those. */
  readonly state: State | null
}

/**
 * @param begin the state before any sample, from the trials before `warmStart` that have a result
 * @param tell the state after one more trial with a result; pure
 */
export function createWarmReplay<State>(
  warmStart: number,
  begin: (sources: readonly TrialSnapshot[]) => State,
  tell: (state: State, trial: TrialSnapshot, earlier: EarlierResults) => State,
): (trials: readonly TrialSnapshot[]) => Replayed<State> {
  const replay = createReplay<WarmState<State>>(
    { sources: [], state: null },
    ({ sources, state }, trial, earlier) => {
      if (trial.number < warmStart) return { sources: [...sources, trial], state: null }
      return { sources, state: tell(state ?? begin(sources), trial, earlier) }
    },
  )
  return trials => {
    const { state: warm, earlier } = replay(trials)
    return { state: warm.state ?? begin(warm.sources), earlier }
  }
}

/** What the option cannot do. */
export function checkWarmStart(warmStart: number, space: SearchSpace) {
  if (warmStart === 0 || variedParameters(space).length <= SOBOL_MAX_DIMENSION) return []
  const rule = fact('rule.spreadParameters', { limit: SOBOL_MAX_DIMENSION })
  return [{ path: ['sampler', 'warmStart'], value: warmStart, rule }]
}

/** Proposals for the trials before `warmStart`: spread evenly over the space. */
export function createSpread(
  sampler: string,
  space: SearchSpace,
  seed: number,
  warmStart: number,
): (trialNumber: number) => Proposal {
  let sequence: Sobol | null = null
  return trialNumber => {
    const dimension = Math.max(variedParameters(space).length, 1)
    const points = (sequence ??= createSobol(dimension, 'owen', seed))
    return {
      parameters: assignmentAt(space, axis => points.coordinate(trialNumber, axis)),
      provenance: {
        sampler,
        reason: fact('proposal.spread', { trial: trialNumber, trials: warmStart }),
      },
    }
  }
}
