import { msg } from '../../core/errors/message.ts'
import { breaks } from '../../core/errors/schema-problems.ts'
import { z } from 'zod'
import type { JsonObject } from '../../core/values/json.ts'
import type { StoredTable, TablePreprocessing } from './table-preprocessing.ts'

/** How columns become features, as `model.json` keeps it: by name, so that columns may come in any order. */
export const tablePreprocessingSchema = z
  .strictObject({
    /** Models from before there were embeddings do not say it. */
    coding: z.enum(['oneHot', 'embedding']).default('oneHot'),
    numeric: z.array(
      z.strictObject({
        name: z.string(),
        median: z.number(),
        mean: z.number(),
        /** Null for a column that was constant in training: its feature is 0. */
        deviation: z.number().nullable(),
        indicator: z.boolean(),
      }),
    ),
    categorical: z.array(
      z
        .strictObject({
          name: z.string(),
          categories: z.array(z.string()),
          /**
           * Feature of every category within its column (oneHot), or row of the table less 1 (embedding); −1 for those
           * that training has not seen.
           */
          featureOf: z.array(z.int().min(-1)),
          features: z.int().min(0),
        })
        .refine(
          column =>
            column.featureOf.length === column.categories.length &&
            column.featureOf.every(feature => feature < column.features),
          breaks(msg('rule.featureOfCategory'), ['featureOf']),
        ),
    ),
    featureNames: z.array(z.string()),
  })
  .refine(
    ({ coding, numeric, categorical, featureNames }) =>
      featureNames.length ===
      [
        ...numeric.map(({ indicator }) => (indicator ? 2 : 1)),
        ...categorical.map(({ features }) => (coding === 'oneHot' ? features : 1)),
      ].reduce((sum, features) => sum + features, 0),
    breaks(msg('rule.featureNames'), ['featureNames']),
  )

export type StoredTableFit = z.output<typeof tablePreprocessingSchema>

export function storeTableFit(table: StoredTable, fitted: TablePreprocessing): JsonObject {
  const { schema } = table
  return {
    coding: fitted.coding,
    numeric: fitted.numeric.map(({ median, mean, deviation, indicator }, column) => ({
      name: schema.numeric[column]?.name ?? '',
      median,
      mean,
      deviation: Number.isFinite(deviation) ? deviation : null,
      indicator,
    })),
    categorical: fitted.categorical.map(({ featureOf, features }, column) => ({
      name: schema.categorical[column]?.name ?? '',
      categories: schema.categorical[column]?.categories ?? [],
      featureOf: [...featureOf],
      features,
    })),
    featureNames: [...fitted.featureNames],
  }
}

/** The way back: exactly what was fitted. */
export function readTablePreprocessing(stored: StoredTableFit): TablePreprocessing {
  return {
    coding: stored.coding,
    numeric: stored.numeric.map(({ median, mean, deviation, indicator }) => ({
      median,
      mean,
      deviation: deviation ?? Number.POSITIVE_INFINITY,
      indicator,
    })),
    categorical: stored.categorical.map(({ featureOf, features }) => ({
      featureOf: Int32Array.from(featureOf),
      features,
    })),
    width: stored.featureNames.length,
    featureNames: stored.featureNames,
  }
}
