import type { TableSchema } from './dataset-schema.ts'
import { fitMoments } from './moments.ts'

/**
 * Turns columns into features. Everything is fitted on the training rows alone:
 *
 * - numeric: missing values become the median (robust against outliers); a column with missing
 *   training values gets a second feature, 1 where the value was missing; then standardized to mean 0
 *   and deviation 1 (a column constant in training stays at 0).
 * - categorical, `oneHot`: one feature per category of the training rows, 1 for the row's own. Beyond
 *   `MAX_CATEGORIES` the rarest share one feature. A missing value, and a category that training has
 *   never seen, is all zeros.
 * - categorical, `embedding`: one feature per column, behind all others: the row of an embedding's table, from 1 on for
 *   the categories of the training rows. A missing value, and a category that training has never seen, is row 0.
 */

/** How categories enter a network. */
export type CategoryCoding = 'oneHot' | 'embedding'

/** Categories of a column that get a feature of their own; a table has a row for each. */
export const MAX_CATEGORIES = 32

/** Columns as the ingest process stored them, column by column. */
export interface StoredTable {
  readonly schema: TableSchema
  /** columns × rows, NaN = missing */
  readonly numeric: Float64Array
  /** columns × rows, −1 = missing */
  readonly categorical: Int32Array
}

interface NumericFit {
  readonly median: number
  readonly mean: number
  readonly deviation: number
  readonly indicator: boolean
}

/** Place within the column, from 0, for every category; −1 for those that training has not seen. */
interface CategoricalFit {
  readonly featureOf: Int32Array
  /** Places. */
  readonly features: number
}

export interface TablePreprocessing {
  readonly coding: CategoryCoding
  readonly numeric: readonly NumericFit[]
  readonly categorical: readonly CategoricalFit[]
  /** Features per row. */
  readonly width: number
  /** One name per feature, for reports: `age`, `age (missing)`, `color = red`, `color = (other)`; `color` for a row. */
  readonly featureNames: readonly string[]
}

/**
 * Features of a table whose training rows hold a gap of every column that has any, and every category. Where they
 * do not, which only the split knows, there are fewer.
 */
export function maxFeatures({ numeric, categorical }: TableSchema): MostFeatures {
  const numbers = numeric.reduce((sum, { missing }) => sum + (missing > 0 ? 2 : 1), 0)
  const categories = categorical.map(column => column.categories.length)
  const features = categories.reduce((sum, count) => sum + Math.min(count, MAX_CATEGORIES), numbers)
  return { features, numbers, categories }
}

export interface MostFeatures {
  /** With categories as one-hot rows. */
  readonly features: number
  /** Of the quantities alone. */
  readonly numbers: number
  /** Categories of each column. */
  readonly categories: readonly number[]
}

/**
 * @param trainingRows at least one
 * @param coding `oneHot` if absent
 */
export function fitTablePreprocessing(
  table: StoredTable,
  trainingRows: Int32Array,
  coding: CategoryCoding = 'oneHot',
): TablePreprocessing {
  const { schema } = table
  const numeric = schema.numeric.map((_, column) => fitNumeric(table, column, trainingRows))
  const most = coding === 'oneHot' ? MAX_CATEGORIES : Number.POSITIVE_INFINITY
  const categorical = schema.categorical.map(({ categories }, column) =>
    fitCategorical(countCategories(table, column, categories.length, trainingRows), most),
  )
  const featureNames = [
    ...schema.numeric.flatMap(({ name }, column) =>
      numeric[column]?.indicator === true ? [name, `${name} (missing)`] : [name],
    ),
    ...schema.categorical.flatMap(({ name, categories }, column) =>
      coding === 'embedding'
        ? [name]
        : categoryNames(name, categories, categorical[column] as CategoricalFit),
    ),
  ]
  return { coding, numeric, categorical, width: featureNames.length, featureNames }
}

/** Features of the given rows: rows × width. */
export function applyTablePreprocessing(
  table: StoredTable,
  preprocessing: TablePreprocessing,
  rows: Int32Array,
): Float32Array {
  const { width } = preprocessing
  const total = table.schema.rows
  const features = new Float32Array(rows.length * width)
  let feature = 0
  for (const [column, fit] of preprocessing.numeric.entries()) {
    for (const [index, row] of rows.entries()) {
      const value = table.numeric[column * total + row] as number
      const missing = Number.isNaN(value)
      const at = index * width + feature
      features[at] = ((missing ? fit.median : value) - fit.mean) / fit.deviation
      if (fit.indicator && missing) features[at + 1] = 1
    }
    feature += fit.indicator ? 2 : 1
  }
  const isOneHot = preprocessing.coding === 'oneHot'
  for (const [column, fit] of preprocessing.categorical.entries()) {
    for (const [index, row] of rows.entries()) {
      const code = table.categorical[column * total + row] as number
      const categoryFeature = code < 0 ? -1 : (fit.featureOf[code] as number)
      const at = index * width + feature
      if (!isOneHot) features[at] = categoryFeature + 1
      else if (categoryFeature >= 0) features[at + categoryFeature] = 1
    }
    feature += isOneHot ? fit.features : 1
  }
  return features
}

function fitNumeric(table: StoredTable, column: number, rows: Int32Array): NumericFit {
  const start = column * table.schema.rows
  const all = Float64Array.from(rows, row => table.numeric[start + row] as number)
  const values = all.filter(value => !Number.isNaN(value)).sort()
  const median = medianOfSorted(values)
  const imputed = all.map(value => (Number.isNaN(value) ? median : value))
  const { mean, deviation } = fitMoments(imputed)
  return {
    median,
    mean,
    deviation: deviation === 0 ? Number.POSITIVE_INFINITY : deviation,
    indicator: values.length < all.length,
  }
}

/** 0 if there are no values: then every training row has the indicator. */
function medianOfSorted(values: Float64Array): number {
  if (values.length === 0) return 0
  const middle = values.length / 2
  const upper = values[Math.floor(middle)] as number
  return Number.isInteger(middle) ? (values[middle - 1] as number) / 2 + upper / 2 : upper
}

/** How often each category occurs in the rows. */
function countCategories(
  table: StoredTable,
  column: number,
  categories: number,
  rows: Int32Array,
): Float64Array {
  const counts = new Float64Array(categories)
  const start = column * table.schema.rows
  for (const row of rows) {
    const code = table.categorical[start + row] as number
    if (code >= 0) counts[code] = (counts[code] as number) + 1
  }
  return counts
}

/** @param most places; beyond them the rarest categories share the last one */
function fitCategorical(counts: Float64Array, most: number): CategoricalFit {
  const seen = Array.from(counts.keys()).filter(code => (counts[code] as number) > 0)
  const featureOf = new Int32Array(counts.length).fill(-1)
  if (seen.length <= most) {
    for (const [feature, code] of seen.entries()) featureOf[code] = feature
    return { featureOf, features: seen.length }
  }
  // Equal counts: the category that sorts first keeps its feature.
  const byCount = seen.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b)
  const frequentCodes = byCount.slice(0, most - 1).sort((a, b) => a - b)
  for (const code of seen) featureOf[code] = frequentCodes.length
  for (const [feature, code] of frequentCodes.entries()) featureOf[code] = feature
  return { featureOf, features: frequentCodes.length + 1 }
}

function categoryNames(
  name: string,
  categories: readonly string[],
  { featureOf, features }: CategoricalFit,
): string[] {
  return Array.from({ length: features }, (_, feature) => {
    const members = categories.filter((_category, code) => featureOf[code] === feature)
    return `${name} = ${members.length === 1 ? (members[0] as string) : '(other)'}`
  })
}
