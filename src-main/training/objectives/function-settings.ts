import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { breaks } from '../../core/errors/schema-problems.ts'
import { z } from 'zod'
import { testFunctions } from '../../math/test-functions/test-functions.ts'
import { vectorFunctions } from '../../math/test-functions/vector-functions.ts'

/** Every built-in test function. */
export const functionNames = [...Object.keys(testFunctions), ...Object.keys(vectorFunctions)] as [
  string,
  ...string[],
]

/** The keys of `objective` in a study file. */
export const functionSettingsSchema = z
  .strictObject({
    function: z.enum(functionNames).describe('option.function.function'),
    dimension: z.int().min(1).optional().describe('option.function.dimension'),
    objectives: z.int().min(1).optional().describe('option.function.objectives'),
    steps: z.int().min(1).max(100_000).default(1).describe('option.function.steps'),
    durationMs: z.number().min(0).max(3_600_000).default(0).describe('option.function.durationMs'),
  })
  .superRefine((settings, context) => {
    const { objectives, dimensions } = functionSizes(settings)
    const refuse = (key: 'dimension' | 'objectives', range: readonly [number, number]): void => {
      const value = settings[key]
      const [low, high] = range
      if (value === undefined || (value >= low && value <= high)) return
      const name = settings.function
      const rule =
        low === high
          ? msg('rule.equalFor', { name, value: low })
          : msg('rule.betweenFor', { name, low, high })
      context.addIssue({ code: 'custom', ...breaks(rule, [key]) })
    }
    refuse('objectives', objectives)
    refuse('dimension', dimensions)
  })
export type FunctionSettings = z.output<typeof functionSettingsSchema>
type Sizes = Pick<FunctionSettings, 'function' | 'objectives' | 'dimension'>

/** A test function under its settings. */
export interface FunctionDefinition {
  readonly dimension: number
  /** Metrics that it reports: `value`, or f1, f2 … for several objectives; then c1, c2 … for constraints. */
  readonly metrics: readonly string[]
  /** How many of the metrics, from the first on, are to be minimized; the others are to stay ≤ 0. */
  readonly objectives: number
  bounds(index: number): readonly [number, number]
  /** One value per metric. */
  evaluate(x: readonly number[]): readonly number[]
}

export function defineFunction(settings: Sizes): FunctionDefinition {
  const scalar = ownValue(testFunctions, settings.function)
  if (scalar !== undefined) {
    return {
      dimension: settings.dimension ?? scalar.dimension,
      metrics: ['value'],
      objectives: 1,
      bounds: index => scalar.bounds(index),
      evaluate: x => [scalar.evaluate(x)],
    }
  }
  const vector = ownValue(vectorFunctions, settings.function) as (typeof vectorFunctions)[string]
  const count = settings.objectives ?? vector.objectives.usual
  return {
    dimension: settings.dimension ?? vector.dimension(count),
    metrics: [
      ...(count === 1 ? ['value'] : numbered('f', count)),
      ...numbered('c', vector.constraints),
    ],
    objectives: count,
    bounds: index => vector.bounds(index),
    evaluate: x => {
      const { objectives, constraints } = vector.evaluate(x, count)
      return [...objectives, ...constraints]
    },
  }
}

/** The metrics of a function whose other settings may be wrong; none if there is no such function. */
export function functionMetrics(raw: Readonly<Record<string, unknown>>): readonly string[] {
  const name = raw['function']
  if (typeof name !== 'string' || !functionNames.includes(name)) return []
  const { objectives: range } = functionSizes({ function: name })
  const requestedObjectives = raw['objectives']
  const objectives =
    typeof requestedObjectives === 'number' &&
    requestedObjectives >= range[0] &&
    requestedObjectives <= range[1]
      ? requestedObjectives
      : undefined
  return defineFunction({ function: name, objectives }).metrics
}

function functionSizes({ function: name, objectives }: Sizes): {
  readonly objectives: readonly [number, number]
  readonly dimensions: readonly [number, number]
} {
  const scalar = ownValue(testFunctions, name)
  if (scalar !== undefined) return { objectives: [1, 1], dimensions: scalar.dimensions }
  const vector = ownValue(vectorFunctions, name) as (typeof vectorFunctions)[string]
  const { usual, range } = vector.objectives
  return { objectives: range, dimensions: vector.dimensions(objectives ?? usual) }
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
}
