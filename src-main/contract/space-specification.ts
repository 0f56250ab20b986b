import { z } from 'zod'
import { namedValues } from './named-values.ts'

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
  when: whenSchema.optional().describe('Active only if every parent has one of these values.'),
}

export const floatParameterSchema = z.strictObject({
  float: z.tuple([z.number(), z.number()]).describe('Lowest and highest value, both included.'),
  log: z.boolean().optional().describe('Search on a logarithmic scale; the low bound must be > 0.'),
  step: z.number().optional().describe('Only low + k·step; > 0.'),
  ...common,
})

export const intParameterSchema = z.strictObject({
  int: z.tuple([z.int(), z.int()]).describe('Lowest and highest value, both included.'),
  log: z.boolean().optional().describe('Search on a logarithmic scale; the low bound must be ≥ 1.'),
  step: z.int().optional().describe('Only low + k·step; ≥ 1.'),
  ...common,
})

const normalOptions = {
  bounds: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('Cuts the distribution; without, values up to six standard deviations away.'),
  step: z
    .number()
    .optional()
    .describe('Only multiples of step, with bounds only low + k·step; > 0.'),
}

export const normalParameterSchema = z.strictObject({
  normal: z
    .tuple([z.number(), z.number()])
    .describe('Mean and standard deviation of normally distributed values.'),
  ...normalOptions,
  ...common,
})

export const logNormalParameterSchema = z.strictObject({
  logNormal: z
    .tuple([z.number(), z.number()])
    .describe('Mean and standard deviation of the natural logarithm of the values.'),
  ...normalOptions,
  ...common,
})

export const choiceParameterSchema = z.strictObject({
  choice: z.array(parameterValueSchema).min(1).describe('Values without an order.'),
  weights: z
    .array(z.number())
    .min(1)
    .optional()
    .describe('How likely each value is at first, > 0; they need not add up to 1.'),
  ...common,
})

export const ordinalParameterSchema = z.strictObject({
  ordinal: z.array(parameterValueSchema).min(1).describe('Values from low to high.'),
  ...common,
})

export const fixedParameterSchema = z.strictObject({
  fixed: parameterValueSchema.describe('Always this value.'),
  ...common,
})

/** The kinds of parameter and the key that tells them apart. */
export const parameterSchemas = {
  float: floatParameterSchema,
  int: intParameterSchema,
  normal: normalParameterSchema,
  logNormal: logNormalParameterSchema,
  choice: choiceParameterSchema,
  ordinal: ordinalParameterSchema,
  fixed: fixedParameterSchema,
} as const

export type ParameterKind = keyof typeof parameterSchemas
export const parameterKinds = Object.keys(parameterSchemas) as ParameterKind[]

export const parameterSchema = z.union([
  floatParameterSchema,
  intParameterSchema,
  normalParameterSchema,
  logNormalParameterSchema,
  choiceParameterSchema,
  ordinalParameterSchema,
  fixedParameterSchema,
])

export type ParameterSpecification = z.infer<typeof parameterSchema>
export type SpaceSpecification = Readonly<Record<string, ParameterSpecification>>
