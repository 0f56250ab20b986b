import { z } from 'zod'
import { msg, named, together, type MessageDescriptor } from '../../../core/errors/message.ts'
import {
  checkNested,
  createNested,
  inNameOf,
  type NestedSampler,
  nestedSamplerSchema,
} from '../shared/nested-sampler.ts'
import type { Sampler, SamplerContext, SamplerDefinition } from '../sampler.ts'

/**
 * Draws for every trial which of several samplers proposes it, each with its own probability; all of them learn from all
 * trials. For a share of random trials beside a model, or to be safe against the weakness of one method. The idea is that of
 * Hyperopt's `mix.suggest`.
 *
 * A sampler that has nothing left to try (`grid`) drops out of the draw. Limits: those of the samplers inside; no mix
 * within a mix.
 */
export interface MixOptions {
  readonly samplers: readonly (NestedSampler & { readonly weight: number })[]
}

/** @param inner the samplers that can be mixed */
export function createMixDefinition(
  inner: readonly SamplerDefinition[],
): SamplerDefinition<MixOptions> {
  const entry = nestedSamplerSchema(inner, {
    weight: z.number().positive().max(1e6).default(1).describe('option.mix.weight'),
  })
  return {
    name: 'mix',
    docs: 'samplers/mix-and-portfolio',
    worksInGenerations: true,
    optionsSchema: z.strictObject({
      samplers: z.array(entry).min(1).max(10).describe('option.mix.samplers'),
    }),

    check: ({ samplers }, context) =>
      checkNested(
        inner,
        samplers.map(({ weight: _, ...nested }) => nested),
        context,
        ['sampler', 'samplers'],
      ),

    create: ({ samplers }, context) => createMixSampler(inner, samplers, context),
  }
}

interface Member {
  readonly name: string
  readonly weight: number
  readonly sampler: Sampler
}

/** @param cumulativeWeight 0 … sum of the weights */
function draw(members: readonly Member[], cumulativeWeight: number): Member {
  let remaining = cumulativeWeight
  const drawnMember = members.find(({ weight }) => (remaining -= weight) < 0)
  return drawnMember ?? (members.at(-1) as Member)
}

function createMixSampler(
  inner: readonly SamplerDefinition[],
  entries: MixOptions['samplers'],
  context: SamplerContext,
): Sampler {
  const members = entries.map(({ weight, ...nested }): Member => ({
    name: nested.name,
    weight,
    sampler: createNested(inner, nested, context),
  }))

  return {
    propose(request) {
      let remaining: readonly Member[] = members
      const exhausted: MessageDescriptor[] = []
      while (remaining.length > 0) {
        const total = remaining.reduce((sum, { weight }) => sum + weight, 0)
        const { name, weight, sampler } = draw(remaining, request.random.uniform() * total)
        const answer = sampler.propose(request)
        if ('exhausted' in answer) {
          exhausted.push(named(name, answer.reason))
          remaining = remaining.filter(member => member.sampler !== sampler)
          continue
        }
        const probability = weight / total
        return inNameOf(
          'mix',
          answer,
          reason => msg('proposal.mixed', { sampler: name, probability, reason }),
          { probability },
        )
      }
      return { exhausted: true, reason: together(...exhausted) }
    },
  }
}
