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
  when: whenSchema.optional().describe('option.space.when'),
}

const floatParameterSchema = z.strictObject({
  float: z.tuple([z.number(), z.number()]).describe('option.space.float'),
  log: z.boolean().optional().describe('option.space.log'),
  step: z.number().optional().describe('option.space.step'),
  ...common,
})

const intParameterSchema = z.strictObject({
  int: z.tuple([z.int(), z.int()]).describe('option.space.float'),
  log: z.boolean().optional().describe('option.space.logWhole'),
  step: z.int().optional().describe('option.space.stepWhole'),
  ...common,
})

const normalOptions = {
  bounds: z.tuple([z.number(), z.number()]).optional().describe('option.space.bounds'),
  step: z.number().optional().describe('option.space.stepNormal'),
}

const normalParameterSchema = z.strictObject({
  normal: z.tuple([z.number(), z.number()]).describe('option.space.normal'),
  ...normalOptions,
  ...common,
})

const logNormalParameterSchema = z.strictObject({
  logNormal: z.tuple([z.number(), z.number()]).describe('option.space.logNormal'),
  ...normalOptions,
  ...common,
})

const choiceParameterSchema = z.strictObject({
  choice: z.array(parameterValueSchema).min(1).describe('option.space.choice'),
  weights: z.array(z.number()).min(1).optional().describe('option.space.weights'),
  ...common,
})

const ordinalParameterSchema = z.strictObject({
  ordinal: z.array(parameterValueSchema).min(1).describe('option.space.ordinal'),
  ...common,
})

const fixedParameterSchema = z.strictObject({
  fixed: parameterValueSchema.describe('option.space.fixed'),
  ...common,
})

/** The kinds of parameter and the key that tells them apart. */
const parameterSchemas = {
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
