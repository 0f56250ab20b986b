import { z } from 'zod'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { createSobol } from '../../../math/quasi-random/sobol.ts'
import { parameterLimit, type SamplerDefinition } from '../sampler.ts'
import { assignmentAt, variedParameters } from './unit-coordinates.ts'

/** Trial n takes point n of a sequence in the unit cube, whatever the trials before came to. */
export function sequenceSampler<Scramble extends boolean | string>(
  { name, citation }: { readonly name: string; readonly citation: string },
  scramble: z.ZodType<Scramble>,
  maxDimension: number,
  create: (dimension: number, scramble: Scramble, seed: number) => ReturnType<typeof createSobol>,
  reasonOf: (point: number) => MessageDescriptor,
): SamplerDefinition<{ readonly scramble: Scramble }> {
  return {
    name,
    docs: 'samplers/quasi-random',
    citation,
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
