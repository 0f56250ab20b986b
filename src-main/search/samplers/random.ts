import { setOwnValue } from '../../contract/named-values.ts'
import { z } from 'zod'
import { fact } from '../../contract/fact.ts'
import type { Proposal } from '../../contract/search-protocol.ts'
import type { ParameterValue } from '../../contract/trial.ts'
import { isActive } from '../space/conditions.ts'
import { fromUnit } from '../space/unit-cube.ts'
import type { ProposalRequest, Sampler, SamplerContext, SamplerDefinition } from './sampler.ts'

/**
 * Random search: every active parameter independently and uniformly over its scale. Works with every
 * space, any number of goals and slots; the baseline that every other sampler must beat.
 *
 * Bergstra, Bengio: Random search for hyper-parameter optimization. Journal of Machine Learning
 * Research 13, 2012, 281–305.
 */
export const randomSampler: SamplerDefinition<Record<string, never>> = {
  name: 'random',
  proposals: 'independent',
  optionsSchema: z.strictObject({}),
  check: () => [],
  create: (_options, context) => createRandomSampler(context),
}

function createRandomSampler({ space }: SamplerContext): Sampler {
  return {
    propose({ random }: ProposalRequest): Proposal {
      const parameters: Record<string, ParameterValue> = {}
      for (const parameter of space.parameters) {
        if (isActive(parameter, parameters)) {
          setOwnValue(parameters, parameter.name, fromUnit(parameter, random.uniform()))
        }
      }
      return { parameters, provenance: { sampler: 'random', reason: fact('proposal.random') } }
    },
  }
}
