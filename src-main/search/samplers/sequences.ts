import { z } from 'zod'
import { type Fact, fact } from '../../core/errors/fact.ts'
import { createHalton, HALTON_MAX_DIMENSION } from '../../math/quasi-random/halton.ts'
import { createSobol, SOBOL_MAX_DIMENSION, sobolScrambles } from '../../math/quasi-random/sobol.ts'
import { parameterLimit, type SamplerDefinition } from './sampler.ts'
import { assignmentAt, variedParameters } from './unit-coordinates.ts'

/** Trial n takes point n of a sequence in the unit cube, whatever the trials before came to. */
function sequenceSampler<Scramble extends boolean | string>(
  name: string,
  scramble: z.ZodType<Scramble>,
  maxDimension: number,
  create: (dimension: number, scramble: Scramble, seed: number) => ReturnType<typeof createSobol>,
  reasonOf: (point: number) => Fact,
): SamplerDefinition<{ readonly scramble: Scramble }> {
  return {
    name,
    proposals: 'numbered',
    optionsSchema: z.strictObject({ scramble }),
    check: (_options, { space }) =>
      parameterLimit(name, variedParameters(space).length, maxDimension),
    create: (options, { space, seed }) => {
      const dimension = variedParameters(space).length
      const sequence = create(Math.max(dimension, 1), options.scramble, seed)
      return {
        propose: ({ trialNumber }) => ({
          parameters: assignmentAt(space, axis => sequence.coordinate(trialNumber, axis)),
          provenance: {
            sampler: name,
            reason: reasonOf(trialNumber),
            detail: { index: trialNumber, dimension, ...options },
          },
        }),
      }
    },
  }
}

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
export const sobolSampler = sequenceSampler(
  'sobol',
  z.enum(sobolScrambles).default('owen').describe('option.sobol.scramble'),
  SOBOL_MAX_DIMENSION,
  createSobol,
  point => fact('proposal.sobolPoint', { point }),
)

/**
 * Search along Halton's sequence: points that fill the space evenly at every length, not only at
 * powers of two as Sobol's. Trial n takes point n, so trials in parallel, failed ones and ones the
 * user put in between never lead to a point twice.
 *
 * Works with every space, any number of goals and slots; up to 168 parameters that have more than one
 * value. Beyond about ten, Sobol's sequence is more even.
 *
 * Scrambled by default: the plain sequence puts its first points of neighboring large bases on lines.
 * Sources: math/quasi-random/halton.ts.
 */
export const haltonSampler = sequenceSampler(
  'halton',
  z.boolean().default(true).describe('option.halton.scramble'),
  HALTON_MAX_DIMENSION,
  createHalton,
  point => fact('proposal.haltonPoint', { point }),
)
