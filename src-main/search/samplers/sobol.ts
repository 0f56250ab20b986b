import { fact } from '../../contract/fact.ts'
import { z } from 'zod'
import { createSobol, SOBOL_MAX_DIMENSION, sobolScrambles } from '../../math/quasi-random/sobol.ts'
import type { SamplerDefinition } from './sampler.ts'
import { assignmentAt, variedParameters } from './unit-coordinates.ts'

/**
 * Search along Sobol's sequence: points that fill the space more evenly than random ones, without
 * looking at any result. Trial n takes point n, so trials in parallel, failed ones and ones the
 * user put in between never lead to a point twice. Best balanced after 2, 4, 8, … trials.
 *
 * Works with every space, any number of goals and slots; up to 337 parameters that have more than one
 * value. Parameters take the coordinates in their order: the first ones have the best projections.
 *
 * Scrambled as Owen does by default: points stay balanced, no trial is wasted on the corner that the
 * plain sequence begins with, and another seed is another design. Sources: math/quasi-random/sobol.ts.
 */
const sobolOptionsSchema = z.strictObject({
  scramble: z.enum(sobolScrambles).default('owen').describe('option.sobol.scramble'),
})
type SobolOptions = z.output<typeof sobolOptionsSchema>

export const sobolSampler: SamplerDefinition<SobolOptions> = {
  name: 'sobol',
  proposals: 'numbered',
  optionsSchema: sobolOptionsSchema,
  check: (_options, { space }) => {
    const count = variedParameters(space).length
    if (count <= SOBOL_MAX_DIMENSION) return []
    const rule = fact('rule.parameterLimit', { sampler: 'sobol', limit: SOBOL_MAX_DIMENSION })
    return [{ path: ['space'], value: count, rule }]
  },
  create: ({ scramble }, { space, seed }) => {
    const dimension = variedParameters(space).length
    const sequence = createSobol(Math.max(dimension, 1), scramble, seed)
    return {
      propose: ({ trialNumber }) => ({
        parameters: assignmentAt(space, axis => sequence.coordinate(trialNumber, axis)),
        provenance: {
          sampler: 'sobol',
          reason: fact('proposal.sobolPoint', { point: trialNumber }),
          detail: { index: trialNumber, dimension, scramble },
        },
      }),
    }
  },
}
