import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { assignActive } from '../../space/conditions.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import { fromUnit } from '../../space/unit-cube.ts'
import type { SamplerDefinition } from '../sampler.ts'

/**
 * Random search: every active parameter independently and uniformly over its scale. Works with every
 * space, any number of goals and parallel trials; the baseline that every other sampler must beat.
 *
 * Bergstra, Bengio: Random search for hyper-parameter optimization. Journal of Machine Learning
 * Research 13, 2012, 281–305.
 */
export const randomSampler: SamplerDefinition<Record<string, never>> & {
  readonly name: 'random'
} = {
  name: 'random',
  docs: 'samplers/grid-and-random',
  citation:
    'J. Bergstra, Y. Bengio: Random search for hyper-parameter optimization. JMLR 13, 281–305, 2012.',
  proposals: 'independent',
  optionsSchema: z.strictObject({}),
  check: () => [],
  create: (_options, { space }) => ({
    propose: ({ random }) => ({
      parameters: drawUniformly(space, random),
      provenance: { sampler: 'random', reason: msg('proposal.random') },
    }),
  }),
}

export function drawUniformly(space: SearchSpace, random: RandomStream): Assignment {
  return assignActive(space, parameter => fromUnit(parameter, random.uniform()))
}
