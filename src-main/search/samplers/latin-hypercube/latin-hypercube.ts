import { msg } from '../../../core/errors/message.ts'
import { z } from 'zod'
import type { SamplerDefinition } from '../sampler.ts'
import { assignmentAt, variedParameters } from '../shared/unit-coordinates.ts'
import { createPermutation } from '../../../math/random/permutation.ts'

/**
 * Latin hypercube: for n trials, every parameter's range is cut into n equal shares and each share is
 * used exactly once, in a random order per parameter. Trial k takes row k, so the order and the
 * parallel running of trials do not matter; trial n begins another hypercube.
 *
 * Works with every space, any number of goals and parallel trials. Needs to know n: `trials`, or the study's
 * stop rule. A study that stops early has only part of the shares; Sobol's sequence does not mind.
 *
 * - M. D. McKay, R. J. Beckman, W. J. Conover: A comparison of three methods for selecting values of
 *   input variables in the analysis of output from a computer code. Technometrics 21, 1979, 239–245,
 *   doi:10.1080/00401706.1979.10489755 (section 2.3).
 */
const latinHypercubeOptionsSchema = z.strictObject({
  trials: z.int().min(2).max(1_000_000).optional().describe('option.latinHypercube.trials'),
  centered: z.boolean().default(false).describe('option.latinHypercube.centered'),
})
type LatinHypercubeOptions = z.output<typeof latinHypercubeOptionsSchema>

export const latinHypercubeSampler: SamplerDefinition<LatinHypercubeOptions> & {
  readonly name: 'latinHypercube'
} = {
  name: 'latinHypercube',
  docs: 'samplers/quasi-random',
  citation:
    'M. D. McKay, R. J. Beckman, W. J. Conover: A comparison of three methods for selecting values of input variables. Technometrics 21(2), 239–245, 1979.',
  proposals: 'numbered',
  optionsSchema: latinHypercubeOptionsSchema,
  check: ({ trials }, { trialBudget }) =>
    trials === undefined && trialBudget === null
      ? [
          {
            path: ['sampler', 'trials'],
            value: null,
            rule: msg('rule.hypercubeTrials'),
          },
        ]
      : [],
  create: ({ trials, centered: centered }, { space, seed, trialBudget }) => {
    const rows = trials ?? trialBudget ?? 1
    const dimension = variedParameters(space).length

    return {
      propose: ({ trialNumber, random }) => {
        const cube = Math.floor(trialNumber / rows)
        const row = trialNumber % rows
        // All coordinates are drawn, so that what is active does not shift the others' numbers.
        const within = (): number => (centered ? 0.5 : random.uniform())
        const point = latinHypercubePoint(rows, dimension, trialNumber, seed, within)
        return {
          parameters: assignmentAt(space, axis => point[axis] as number),
          provenance: {
            sampler: 'latinHypercube',
            reason: msg('proposal.hypercubeRow', {
              row: row + 1,
              rows,
              cube: cube === 0 ? undefined : cube + 1,
            }),
            detail: { row, rows, cube },
          },
        }
      },
    }
  },
}

/**
 * A point of the unit cube, such that `rows` points with successive indices form a Latin hypercube: every
 * axis is cut into `rows` shares, each of which is used once, in a random order per axis.
 * @param index 0, 1, …; every `rows` of them another hypercube
 * @param within gives where in its share each coordinate lies, 0…1
 */
export function latinHypercubePoint(
  rows: number,
  dimension: number,
  index: number,
  seed: number,
  within: () => number,
): number[] {
  const cube = Math.floor(index / rows)
  const row = index % rows
  return Array.from({ length: dimension }, (_, axis) => {
    const order = createPermutation(rows, { seed, number: cube, purpose: `latinHypercube ${axis}` })
    return (order.at(row) + within()) / rows
  })
}
