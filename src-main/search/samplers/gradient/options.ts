import { z } from 'zod'
import { descentRules } from '../../../math/gradient-descent/descent-rule.ts'
import { type NestedSampler, nestedSamplerSchema } from '../nested/nested-sampler.ts'
import type { SamplerDefinition } from '../sampler.ts'

export const estimators = ['auto', 'objective', 'central', 'spsa'] as const

const share = (describe: string) => z.number().min(0).lt(1).describe(describe)

/** Options of `gradient`; the reasons for the defaults stand in `gradient.ts`. */
export function gradientOptionsSchema(outer: readonly SamplerDefinition[]) {
  return z.strictObject({
    estimator: z
      .enum(estimators)
      .default('auto')
      .describe(
        'Where gradients come from: the objective, central differences, SPSA; auto: the objective if it gives one, otherwise central up to 10 parameters, spsa above.',
      ),
    optimizer: z.enum(descentRules).default('adam').describe('How a gradient becomes a move.'),
    stepSize: z
      .number()
      .gt(0)
      .max(1)
      .default(0.02)
      .describe(
        'Move per parameter in the first step, about, as a share of its range (of its logarithm with log); 0.02.',
      ),
    largestStep: z
      .number()
      .gt(0)
      .max(1)
      .default(0.2)
      .describe('Largest move per parameter in any step, as a share of its range; 0.2.'),
    decay: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Step k is multiplied by (1 + k/10)^−decay; 0.602 is usual for spsa.'),
    control: z
      .enum(['none', 'adaptive'])
      .optional()
      .describe(
        'adaptive: halve the steps and go back when the loss rises by a fifth, lengthen them by 5 % otherwise. Default for gradientDescent and momentum.',
      ),
    momentum: share('momentum: share of the last move that is kept; 0.9.').default(0.9),
    beta1: share('adam: share of the mean gradient that is kept; 0.9.').default(0.9),
    beta2: share('adam, rmsprop: share of the mean squared gradient; 0.999 and 0.9.').optional(),
    bounds: z
      .enum(['project', 'logit'])
      .default('project')
      .describe('Move to the bound what is beyond it, or search the logit of each coordinate.'),
    spread: z
      .number()
      .gt(0)
      .max(0.5)
      .default(0.01)
      .describe('central, spsa: distance of the points from the middle, as a share; 0.01.'),
    draws: z.int().min(1).max(100).default(1).describe('spsa: pairs per estimate; 1.'),
    start: z
      .enum(['centre', 'random'])
      .default('centre')
      .describe('Where the first run begins; further ones begin at random points.'),
    startAt: z
      .record(z.string(), z.number())
      .optional()
      .describe('Values of parameters at which the first run begins.'),
    runs: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('The study ends after so many runs; default: it goes on from new points.'),
    iterations: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Steps of a run at most; 100, or 20 where there are other than continuous parameters.',
      ),
    tolerance: z
      .number()
      .min(0)
      .lt(1)
      .default(0.001)
      .describe('A run ends when the gradient has fallen to this share of the first one; 0.001.'),
    patience: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10)
      .describe('A run ends after so many steps in a row without a better goal; 10.'),
    outer: nestedSamplerSchema(outer, {})
      .optional()
      .describe(
        'Sampler of the parameters that have no gradient (choices, ints, steps), one proposal per run; default random.',
      ),
  })
}

export type GradientOptions = Omit<z.output<ReturnType<typeof gradientOptionsSchema>>, 'outer'> & {
  readonly outer?: NestedSampler | undefined
}
