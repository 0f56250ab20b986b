import { msg, messageAsJson } from '../../../core/errors/message.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import type { CategoryDistribution } from '../../../math/cma-es/category-distribution.ts'
import type { CmaState } from '../../../math/cma-es/distribution.ts'
import { createSobol, SOBOL_MAX_DIMENSION } from '../../../math/quasi-random/sobol.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import {
  createReplay,
  type EarlierResults,
  type Replayed,
} from '../shared/population/trial-fold.ts'
import type { ProposalRequest, Sampler, SamplerContext } from '../sampler.ts'
import { assignmentAt, variedParameters } from '../shared/unit-coordinates.ts'
import type { Encoding } from './encoding.ts'
import type { Run } from './runs.ts'

/** The common part of what `cmaes` and `catcma` know after some results. */
export interface DistributionState {
  readonly run: Run
  /** Generations of this run. */
  readonly generation: number
  /** Null if no parameter is numeric. */
  readonly cma: CmaState | null
  readonly categories: CategoryDistribution
  /** Best value of the last generations, minimized; as many as the stopping rules want. */
  readonly bests: readonly number[]
  /** The next generation so far. */
  readonly filling: readonly unknown[]
}

export interface DistributionRules<State extends DistributionState> {
  readonly sampler: string
  readonly encoding: Encoding
  readonly warmStart: number
  /** The state before any sample, from the trials before `warmStart` that have a result. */
  begin(sources: readonly TrialSnapshot[]): State
  /** The state after one more trial with a result; pure. */
  tell(state: State, trial: TrialSnapshot, earlier: EarlierResults): State
  /** A point, the state that it was drawn from, and what the provenance says of the drawing. */
  draw(
    replayed: Replayed<State>,
    request: ProposalRequest,
  ): { readonly state: State; readonly parameters: Assignment; readonly detail: JsonObject }
}

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

/** A distribution that moves with the trials, from proposal to proposal. */
export function createDistributionSampler<State extends DistributionState>(
  { sampler, encoding, warmStart, ...rules }: DistributionRules<State>,
  { space, seed, earlierTrials = 0 }: SamplerContext,
): Sampler {
  /** Trials of earlier studies are sources like those that the option waits for. */
  const warmTrials = earlierTrials + warmStart
  const begun: WarmState<State> = { sources: [], state: null }
  const replay = createReplay(begun, ({ sources, state }, trial, earlier) => {
    if (trial.number < warmTrials) return { sources: [...sources, trial], state: null }
    return { sources, state: rules.tell(state ?? rules.begin(sources), trial, earlier) }
  })
  const dimension = Math.max(encoding.parameters.length, 1)
  const spread = warmTrials === 0 ? null : createSobol(dimension, 'owen', seed)
  /** All proposals of a generation share its description. */
  let described: { readonly state: State; readonly detail: JsonObject } | null = null

  function describe(state: State): JsonObject {
    const parts = ['run', 'generation', 'cma', 'categories'] as const
    if (described === null || parts.some(part => described?.state[part] !== state[part])) {
      described = { state, detail: detailOf(state, encoding) }
    }
    return described.detail
  }

  return {
    propose(request) {
      const { trials, trialNumber } = request
      if (spread !== null && trialNumber < warmTrials) {
        const parameters = assignmentAt(space, axis => spread.coordinate(trialNumber, axis))
        const reason = msg('proposal.spread', { trial: trialNumber, trials: warmTrials })
        return { parameters, provenance: { sampler, reason } }
      }
      const { state: warm, earlier } = replay(trials)
      const replayed = { state: warm.state ?? rules.begin(warm.sources), earlier }
      const { state, parameters, detail } = rules.draw(replayed, request)
      const { run, generation, cma, filling } = state
      const reason = msg('proposal.distribution', {
        generation,
        restart: run.restart === 0 ? undefined : run.restart,
        size: cma?.sigma,
      })
      const whole = { ...describe(state), waiting: filling.length, ...detail }
      return { parameters, provenance: { sampler, reason, detail: whole } }
    },
  }
}

/** The problem of a space that is too large for the points before trial n. */
export function checkWarmStart(warmStart: number, space: SearchSpace) {
  if (warmStart === 0 || variedParameters(space).length <= SOBOL_MAX_DIMENSION) return []
  const rule = msg('rule.spreadParameters', { limit: SOBOL_MAX_DIMENSION })
  return [{ path: ['sampler', 'warmStart'], value: warmStart, rule }]
}

function detailOf(
  { run, generation, cma, categories }: DistributionState,
  { numeric, categorical }: Encoding,
): JsonObject {
  const lengths = [...(cma?.lengths ?? [])]
  return {
    restart: run.restart,
    // Null in the first run.
    restartReason: messageAsJson(run.reason),
    generation,
    population: run.populationSize,
    sigma: cma?.sigma ?? null,
    axisRatio: cma === null ? null : Math.max(...lengths) / Math.min(...lengths),
    // Where the distribution stands: 0…1 within each range.
    mean: Object.fromEntries(numeric.map(({ name }, i) => [name, cma?.mean[i] as number])),
    probabilities: Object.fromEntries(
      categorical.map(({ name }, c) => [
        name,
        [...(categories.probabilities[c] as readonly number[])],
      ]),
    ),
  }
}
