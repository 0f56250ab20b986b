import { z } from 'zod'
import { descentRules } from '../../../math/gradient-descent/descent-rule.ts'
import { type NestedSampler, nestedSamplerSchema } from '../shared/nested-sampler.ts'
import type { SamplerDefinition } from '../sampler.ts'

const estimators = ['auto', 'objective', 'central', 'spsa'] as const

const share = (describe: string) => z.number().min(0).lt(1).describe(describe)

/** Options of `gradient`; the reasons for the defaults stand in `gradient.ts`. */
export function gradientOptionsSchema(outer: readonly SamplerDefinition[]) {
  return z.strictObject({
    estimator: z.enum(estimators).default('auto').describe('option.gradient.estimator'),
    optimizer: z.enum(descentRules).default('adam').describe('option.gradient.optimizer'),
    stepSize: z.number().gt(0).max(1).default(0.02).describe('option.gradient.stepSize'),
    largestStep: z.number().gt(0).max(1).default(0.2).describe('option.gradient.largestStep'),
    decay: z.number().min(0).max(1).default(0).describe('option.gradient.decay'),
    control: z.enum(['none', 'adaptive']).optional().describe('option.gradient.control'),
    momentum: share('option.gradient.momentum').default(0.9),
    beta1: share('option.gradient.beta1').default(0.9),
    beta2: share('option.gradient.beta2').optional(),
    bounds: z.enum(['project', 'logit']).default('project').describe('option.gradient.bounds'),
    spread: z.number().gt(0).max(0.5).default(0.01).describe('option.gradient.spread'),
    draws: z.int().min(1).max(100).default(1).describe('option.gradient.draws'),
    start: z.enum(['center', 'random']).default('center').describe('option.gradient.start'),
    startAt: z.record(z.string(), z.number()).optional().describe('option.gradient.startAt'),
    runs: z.int().min(1).max(1_000_000).optional().describe('option.gradient.runs'),
    iterations: z.int().min(1).max(1_000_000).optional().describe('option.gradient.iterations'),
    tolerance: z.number().min(0).lt(1).default(0.001).describe('option.gradient.tolerance'),
    patience: z.int().min(1).max(1_000_000).default(10).describe('option.gradient.patience'),
    outer: nestedSamplerSchema(outer, {}).optional().describe('option.gradient.outer'),
  })
}

export type GradientOptions = Omit<z.output<ReturnType<typeof gradientOptionsSchema>>, 'outer'> & {
  readonly outer?: NestedSampler | undefined
}
