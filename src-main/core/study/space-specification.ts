import { z } from 'zod'
import { namedValues } from '../values/named-values.ts'

/**
 * One parameter of the search space as the study file writes it. The key tells the kind:
 * `float`, `int`, `normal`, `logNormal`, `choice`, `ordinal` or `fixed`. Rules that relate fields to each other (bounds
 * crossed, log of ≤ 0, unknown parent …) are checked in `space-rules.ts`.
 */

export const parameterValueSchema = z.union([z.string(), z.number(), z.boolean()])

/** Parent name to the value, or the list of values, for which the parameter is active. */
const whenSchema = namedValues(
  z.union([parameterValueSchema, z.array(parameterValueSchema).min(1)]),
)

const common = {
  when: whenSchema.optional().describe('option.space.when'),
}

export const priorConfidences = ['low', 'medium', 'high'] as const

/** Where a person expects good values. */
const priorSchema = z.strictObject({
  center: parameterValueSchema.describe('option.prior.center'),
  confidence: z.enum(priorConfidences).default('medium').describe('option.prior.confidence'),
})
export type UserPrior = z.output<typeof priorSchema>

const searched = {
  ...common,
  prior: priorSchema.optional().describe('option.space.prior'),
}

const normalOptions = {
  bounds: z.tuple([z.number(), z.number()]).optional().describe('option.space.bounds'),
  step: z.number().optional().describe('option.space.stepNormal'),
  ...searched,
}

/** The kinds of parameter and the key that tells them apart. */
const parameterSchemas = {
  float: z.strictObject({
    float: z.tuple([z.number(), z.number()]).describe('option.space.float'),
    log: z.boolean().optional().describe('option.space.log'),
    step: z.number().optional().describe('option.space.step'),
    ...searched,
  }),
  int: z.strictObject({
    int: z.tuple([z.int(), z.int()]).describe('option.space.float'),
    log: z.boolean().optional().describe('option.space.logWhole'),
    step: z.int().optional().describe('option.space.stepWhole'),
    ...searched,
  }),
  normal: z.strictObject({
    normal: z.tuple([z.number(), z.number()]).describe('option.space.normal'),
    ...normalOptions,
  }),
  logNormal: z.strictObject({
    logNormal: z.tuple([z.number(), z.number()]).describe('option.space.logNormal'),
    ...normalOptions,
  }),
  choice: z.strictObject({
    choice: z.array(parameterValueSchema).min(1).describe('option.space.choice'),
    weights: z.array(z.number()).min(1).optional().describe('option.space.weights'),
    ...searched,
  }),
  ordinal: z.strictObject({
    ordinal: z.array(parameterValueSchema).min(1).describe('option.space.ordinal'),
    ...searched,
  }),
  fixed: z.strictObject({
    fixed: parameterValueSchema.describe('option.space.fixed'),
    ...common,
  }),
} as const

export type ParameterKind = keyof typeof parameterSchemas
export const parameterKinds = Object.keys(parameterSchemas) as ParameterKind[]

export const parameterSchema = z.union(Object.values(parameterSchemas))

export type ParameterSpecification = z.infer<typeof parameterSchema>
export type SpaceSpecification = Readonly<Record<string, ParameterSpecification>>
