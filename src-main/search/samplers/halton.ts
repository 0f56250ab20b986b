import { fact } from '../../contract/fact.ts'
import { z } from 'zod'
import { createHalton, HALTON_MAX_DIMENSION } from '../../math/quasi-random/halton.ts'
import type { SamplerDefinition } from './sampler.ts'
import { assignmentAt, variedParameters } from './unit-coordinates.ts'

/**
 * Search along Halton's sequence: points that fill the space evenly at every length, not only at
 * powers of two as Sobol's. Trial n takes point n, so trials in parallel, failed ones and ones the
 * user put in between never lead to a point twice.
 *
 * Works with every space, any number of goals and slots; up to 168 parameters that have more than one
 * value. Beyond about ten, Sobol's sequence is more even.
 *
 * Scrambled by default: the plain sequence puts its first points of neighbouring large bases on lines.
 * Sources: math/quasi-random/halton.ts.
 */
const haltonOptionsSchema = z.strictObject({
  scramble: z.boolean().default(true).describe('option.halton.scramble'),
})
type HaltonOptions = z.output<typeof haltonOptionsSchema>

export const haltonSampler: SamplerDefinition<HaltonOptions> = {
  name: 'halton',
  proposals: 'numbered',
  optionsSchema: haltonOptionsSchema,
  check: (_options, { space }) => {
    const count = variedParameters(space).length
    if (count <= HALTON_MAX_DIMENSION) return []
    const rule = fact('rule.parameterLimit', { sampler: 'halton', limit: HALTON_MAX_DIMENSION })
    return [{ path: ['space'], value: count, rule }]
  },
  create: ({ scramble }, { space, seed }) => {
    const dimension = variedParameters(space).length
    const sequence = createHalton(Math.max(dimension, 1), scramble, seed)
    return {
      propose: ({ trialNumber }) => ({
        parameters: assignmentAt(space, axis => sequence.coordinate(trialNumber, axis)),
        provenance: {
          sampler: 'halton',
          reason: fact('proposal.haltonPoint', { point: trialNumber }),
          detail: { index: trialNumber, dimension, scramble },
        },
      }),
    }
  },
}
