import { z } from 'zod'

/** What a free chart can be made of. */
export const freeUses = ['x', 'y', 'colour', 'size', 'facets'] as const
export type FreeUse = (typeof freeUses)[number]

const field = z.string().max(300)

/** Ids of fields (`charts/free-fields.ts`) by what they are used for; an empty text is none. */
export const freeChartSchema = z.strictObject({
  ...{ x: field, y: field, colour: field, size: field, facets: field },
} satisfies Record<FreeUse, z.ZodString>)
export type FreeChart = Readonly<z.output<typeof freeChartSchema>>

/** Of a metric that trials reported. */
export const METRIC_FIELD = 'metric.'
/** Of what a program noted at its trials. */
export const ATTRIBUTE_FIELD = 'attribute.'
