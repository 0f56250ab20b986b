import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import {
  createSobol,
  SOBOL_MAX_DIMENSION,
  sobolScrambles,
} from '../../../math/quasi-random/sobol.ts'
import { sequenceSampler } from '../shared/sequence-sampler.ts'

/**
 * Search along Sobol's sequence: points that fill the space more evenly than random ones, without
 * looking at any result. Trial n takes point n, so trials in parallel, failed ones and ones the
 * user put in between never lead to a point twice. Best balanced after 2, 4, 8, … trials.
 *
 * Works with every space, any number of goals and parallel trials; up to 337 parameters that have more than one
 * value. Parameters take the coordinates in their order: the first ones have the best projections.
 *
 * Scrambled as Owen does by default: points stay balanced, no trial is wasted on the corner that the
 * plain sequence begins with, and another seed is another design. Sources: math/quasi-random/sobol.ts.
 */
export const sobolSampler = sequenceSampler(
  {
    name: 'sobol',
    citation:
      'S. Joe, F. Y. Kuo: Constructing Sobol sequences with better two-dimensional projections. SIAM Journal on Scientific Computing 30(5), 2635–2654, 2008.',
  },
  z.enum(sobolScrambles).default('owen').describe('option.sobol.scramble'),
  SOBOL_MAX_DIMENSION,
  createSobol,
  point => msg('proposal.sobolPoint', { point }),
)
