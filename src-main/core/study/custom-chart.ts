import { z } from 'zod'

/** What a custom chart can be made of. */
export const customChartUses = ['x', 'y', 'color', 'size', 'facets'] as const
export type CustomChartUse = (typeof customChartUses)[number]

const field = z.string().max(300)

/** Ids of fields (`charts/custom-chart-fields.ts`) by what they are used for; an empty text is none. */
export const customChartSchema = z.strictObject({
  x: field,
  y: field,
  color: field,
  size: field,
  facets: field,
} satisfies Record<CustomChartUse, z.ZodString>)
export type CustomChart = Readonly<z.output<typeof customChartSchema>>

/** Of a metric that trials reported. */
export const METRIC_FIELD = 'metric.'
/** Of what a program noted at its trials. */
export const ATTRIBUTE_FIELD = 'attribute.'
