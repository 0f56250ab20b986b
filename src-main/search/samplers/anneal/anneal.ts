import { ownValue } from '../../../core/values/named-values.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { Assignment, ParameterValue, TrialSnapshot } from '../../../core/trial/trial.ts'
import { normalCdf, normalQuantile } from '../../../math/distributions/normal.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { assignActive } from '../../space/conditions.ts'
import type { Parameter } from '../../space/search-space.ts'
import { fromUnit, toUnit, valueIndex } from '../../space/unit-cube.ts'
import { compareRanks, type Rank, rankOf } from '../../ranking.ts'
import {
  oneGoalOnly,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'

/**
 * Annealing as in Hyperopt's `anneal.suggest`: random search in a neighborhood of one of the best trials that shrinks
 * with every trial. Cheap and simple; a baseline that uses what it sees.
 *
 * - The trial to start from is the best, second best … with probabilities ½, ¼ … (`bestIndex` 2). All parameters of a
 *   proposal share it; a parameter that it does not have takes it from another trial, drawn likewise.
 * - The width shrinks to 1/(1 + `shrink`·T), T = trials that had the parameter, running ones included. Numbers: uniform in
 *   a window of that share of the range, on their own scale, moved where it would cross a bound. Normal distributions: a
 *   normal one around the value with so much of the deviation. Choices: the value itself, or with that probability a new one.
 * - One goal; constraints by ranking feasible trials first; any space, any number of parallel trials.
 *
 * Different from Hyperopt: failed trials do not count, ints and steps move over their widened range, so both ends are as
 * likely as other values.
 *
 * J. Bergstra, D. Yamins, D. D. Cox: Making a science of model search. ICML 2013, PMLR 28(1), 115–123 (Hyperopt).
 */
const annealOptionsSchema = z.strictObject({
  bestIndex: z.number().min(1).max(1000).default(2).describe('option.anneal.bestIndex'),
  shrink: z.number().min(0).max(100).default(0.1).describe('option.anneal.shrink'),
})
type AnnealOptions = z.output<typeof annealOptionsSchema>

export const annealSampler: SamplerDefinition<AnnealOptions> = {
  name: 'anneal',
  citation:
    'J. Bergstra, D. Yamins, D. Cox: Making a science of model search: hyperparameter optimization in hundreds of dimensions for vision architectures. ICML 2013.',
  optionsSchema: annealOptionsSchema,
  check: (_options, context) => oneGoalOnly('anneal', context),
  create,
}

function create({ bestIndex, shrink }: AnnealOptions, { space, goals }: SamplerContext): Sampler {
  const minimize = goals[0]?.direction !== 'maximize'
  const ranks = new WeakMap<TrialSnapshot, Rank>()
  const rank = (trial: TrialSnapshot): Rank =>
    getOrInsertComputed(ranks, trial, () => rankOf(trial, minimize))

  return {
    propose({ trials, random }) {
      const observed = trials.filter(({ state }) => OBSERVED.has(state))
      /** Trials that parameters of this proposal start from, in the order of their choice. */
      const bases: TrialSnapshot[] = []
      const parameters = assignActive(space, parameter => {
        const { name } = parameter
        // A parameter that is always active need not be looked for in each trial.
        const having =
          parameter.when.length === 0
            ? observed
            : observed.filter(trial => Object.hasOwn(trial.parameters, name))
        let base = bases.find(trial => Object.hasOwn(trial.parameters, name))
        if (base === undefined && having.length > 0) {
          const index = Math.min(geometric(1 / bestIndex, random), having.length - 1)
          base = trialAtRank(having, index, rank)
          bases.push(base)
        }
        return base === undefined
          ? fromUnit(parameter, random.uniform())
          : near(parameter, base.parameters, 1 / (1 + having.length * shrink), random)
      })
      return { parameters, provenance: provenanceOf(bases, observed.length, shrink) }
    },
  }
}

const OBSERVED: ReadonlySet<string> = new Set(['complete', 'pruned', 'running'])

function provenanceOf(
  bases: readonly TrialSnapshot[],
  observed: number,
  shrink: number,
): Proposal['provenance'] {
  const [first] = bases
  if (first === undefined) return { sampler: 'anneal', reason: msg('proposal.random') }
  const width = 1 / (1 + observed * shrink)
  return {
    sampler: 'anneal',
    reason: msg('proposal.near', { trial: first.number, share: 100 * width }),
    detail: { bases: bases.map(({ number }) => number), width },
  }
}

/** A value near that of another trial; `width` 1 is the whole range. */
function near(
  parameter: Parameter,
  from: Assignment,
  width: number,
  random: RandomStream,
): ParameterValue {
  const value = ownValue(from, parameter.name) as ParameterValue
  if (parameter.kind === 'choice') {
    return random.uniform() < width ? fromUnit(parameter, random.uniform()) : value
  }
  // A trial from elsewhere may have a value that the domain lacks.
  if (valueIndex(parameter, value) < 0) return fromUnit(parameter, random.uniform())
  const center = toUnit(parameter, value)
  if (parameter.kind === 'float' && parameter.normal !== null) {
    // A coordinate of [0, 1] is the probability of lower values, cut off far outside.
    const score = normalQuantile(clamp(center, 1e-10, 1 - 1e-10))
    return fromUnit(parameter, normalCdf(score + width * random.normal()))
  }
  const low = clamp(center - width / 2, 0, 1 - width)
  return fromUnit(parameter, low + width * random.uniform())
}

/** 0, 1, 2 … with probabilities p, p(1 − p), p(1 − p)² … */
function geometric(p: number, random: RandomStream): number {
  if (p >= 1) return 0
  return Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - p))
}

/** The trial at an index of the ranking, 0 for the best; cheaper than sorting for the first ones. */
function trialAtRank(
  trials: readonly TrialSnapshot[],
  index: number,
  rank: (trial: TrialSnapshot) => Rank,
): TrialSnapshot {
  const best: TrialSnapshot[] = []
  for (const trial of trials) {
    const trialRank = rank(trial)
    const worst = best.at(-1)
    if (best.length > index && worst !== undefined && compareRanks(rank(worst), trialRank) <= 0)
      continue
    const at = best.findIndex(other => compareRanks(trialRank, rank(other)) < 0)
    best.splice(at < 0 ? best.length : at, 0, trial)
    if (best.length > index + 1) best.pop()
  }
  return best[index] as TrialSnapshot
}
