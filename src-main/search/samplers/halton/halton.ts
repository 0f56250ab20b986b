import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import { createHalton, HALTON_MAX_DIMENSION } from '../../../math/quasi-random/halton.ts'
import { sequenceSampler } from '../shared/sequence-sampler.ts'

/**
 * Search along Halton's sequence: points that fill the space evenly at every length, not only at
 * powers of two as Sobol's. Trial n takes point n, so trials in parallel, failed ones and ones the
 * user put in between never lead to a point twice.
 *
 * Works with every space, any number of goals and parallel trials; up to 168 parameters that have more than one
 * value. Beyond about ten, Sobol's sequence is more even.
 *
 * Scrambled by default: the plain sequence puts its first points of neighboring large bases on lines.
 * Sources: math/quasi-random/halton.ts.
 */
export const haltonSampler = sequenceSampler(
  {
    name: 'halton',
    citation:
      'J. H. Halton: On the efficiency of certain quasi-random sequences of points. Numerische Mathematik 2, 84–90, 1960.',
  },
  z.boolean().default(true).describe('option.halton.scramble'),
  HALTON_MAX_DIMENSION,
  createHalton,
  point => msg('proposal.haltonPoint', { point }),
)
