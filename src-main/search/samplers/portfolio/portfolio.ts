import { z } from 'zod'
import { msg, named, together, type MessageDescriptor } from '../../../core/errors/message.ts'
import { roundTo } from '../../../math/numbers.ts'
import { compareRanks, rankOf } from '../../ranking.ts'
import {
  checkNested,
  createNested,
  inNameOf,
  type NestedSampler,
  nestedSamplerSchema,
} from '../shared/nested-sampler.ts'
import {
  oneGoalOnly,
  type Sampler,
  type SamplerContext,
  type SamplerDefinition,
} from '../sampler.ts'
import { createAssignments, WINDOW } from './assignments.ts'

/**
 * Several samplers share the trials; the ones whose recent trials rank best get more of them. Every sampler learns from all trials,
 * so none starts from nothing when it gets its turn. For long studies of which nobody knows what suits them; where that is known,
 * the suitable sampler alone is better.
 *
 * - One goal; feasible trials rank first. Conditional spaces and parallel trials as the samplers inside allow.
 * - A sampler that has nothing left to try leaves its trials to the next one.
 *
 * - Á. Fialho, R. Ros, M. Schoenauer, M. Sebag: Comparison-based adaptive strategy selection with bandits in differential
 *   evolution. PPSN XI, 2010, doi:10.1007/978-3-642-15844-5_20 (credits by ranks, upper confidence bounds).
 * - P. Auer, N. Cesa-Bianchi, P. Fischer: Finite-time analysis of the multiarmed bandit problem. Machine Learning 47, 2002,
 *   235–256, doi:10.1023/A:1013689704352.
 */
export interface PortfolioOptions {
  readonly samplers: readonly NestedSampler[]
  readonly exploration: number
}

/** @param inner the samplers that can be in a portfolio */
export function createPortfolioDefinition(
  inner: readonly SamplerDefinition[],
): SamplerDefinition<PortfolioOptions> {
  return {
    name: 'portfolio',
    docs: 'samplers/mix-and-portfolio',
    worksInGenerations: true,
    optionsSchema: z.strictObject({
      samplers: z
        .array(nestedSamplerSchema(inner, {}))
        .min(2)
        .max(10)
        .describe('option.portfolio.samplers'),
      exploration: z.number().min(0).max(10).default(0.1).describe('option.portfolio.exploration'),
    }),

    check: ({ samplers }, context) => [
      ...checkNested(inner, samplers, context, ['sampler', 'samplers']),
      ...oneGoalOnly('portfolio', context),
    ],

    create: (options, context) => createPortfolioSampler(inner, options, context),
  }
}

function createPortfolioSampler(
  inner: readonly SamplerDefinition[],
  { samplers, exploration }: PortfolioOptions,
  context: SamplerContext,
): Sampler {
  const arms = samplers.map(nested => createNested(inner, nested, context))
  const minimize = context.goals[0]?.direction !== 'maximize'
  const assignmentOf = createAssignments(
    arms.length,
    context.parallelTrials,
    exploration,
    (a, b) => compareRanks(rankOf(a, minimize), rankOf(b, minimize)),
    context.earlierTrials ?? 0,
  )

  return {
    propose(request) {
      const { arm, credits, uses } = assignmentOf(request.trials, request.trialNumber)
      const reasons: MessageDescriptor[] = []
      for (let turn = 0; turn < arms.length; turn++) {
        const armIndex = (arm + turn) % arms.length
        const { name } = samplers[armIndex] as NestedSampler
        const answer = (arms[armIndex] as Sampler).propose(request)
        if ('exhausted' in answer) {
          reasons.push(named(name, answer.reason))
          continue
        }
        return inNameOf(
          'portfolio',
          answer,
          reason => why(name, credits[armIndex] as number, uses[armIndex] as number, reason),
          { credits: byName(samplers, credits), trials: byName(samplers, uses) },
        )
      }
      return { exhausted: true, reason: together(...reasons) }
    },
  }
}

function why(
  sampler: string,
  credit: number,
  used: number,
  reason: MessageDescriptor,
): MessageDescriptor {
  return used === 0
    ? msg('proposal.notJudged', { sampler, reason })
    : msg('proposal.judged', { sampler, used, trials: WINDOW, credit, reason })
}

/** Keys are unique even where a sampler is listed twice. */
function byName(
  samplers: readonly NestedSampler[],
  values: readonly number[],
): Record<string, number> {
  return Object.fromEntries(
    samplers.map(({ name }, index) => {
      const isRepeated = samplers.filter(other => other.name === name).length > 1
      const value = values[index] as number
      return [isRepeated ? `${name} ${index + 1}` : name, roundTo(value, 4)]
    }),
  )
}
