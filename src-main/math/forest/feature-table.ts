/** A column of numbers, or of categories 0 … categories − 1 without an order. */
export type Feature =
  { readonly kind: 'numeric' } | { readonly kind: 'categorical'; readonly categories: number }

/** Rows that a forest learns from or is asked about, in columns. */
export interface FeatureTable {
  readonly features: readonly Feature[]
  readonly rowCount: number
  /** One per feature, `rowCount` long; finite numbers, categories as their codes. */
  readonly columns: readonly Float64Array[]
}

/** Words of 32 categories that a set of the categories of any feature needs; 0 without categories. */
export function categoryWords(features: readonly Feature[]): number {
  let most = 0
  for (const feature of features) {
    if (feature.kind === 'categorical') most = Math.max(most, feature.categories)
  }
  return Math.ceil(most / 32)
}

/** The rows in rising order of each numeric column, equals by row; null for categories. */
export function sortedRows({ columns, features }: FeatureTable): (Int32Array | null)[] {
  return columns.map((column, index) => sortedBy(column, features[index] as Feature))
}

/** The same of one column. */
export function sortedBy(column: Float64Array, { kind }: Feature): Int32Array | null {
  if (kind !== 'numeric') return null
  const rows = Int32Array.from(column, (_, row) => row)
  return rows.sort((a, b) => (column[a] as number) - (column[b] as number) || a - b)
}
