import type { ErrorSlices, SliceName } from '../../core/questions/error-analysis.ts'
import { normalQuantile } from '../../math/distributions/normal.ts'
import { mean, sum } from '../../math/numbers.ts'
import { quantileSorted } from '../../math/statistics/quantile.ts'
import { bootstrapInterval } from '../statistics/bootstrap-interval.ts'
import { wilsonInterval } from '../statistics/wilson-interval.ts'

/** One column over the rows that are analyzed. */
export type RowColumn = { readonly name: string; readonly derived?: boolean } & (
  | { readonly kind: 'numeric'; readonly values: ArrayLike<number> }
  /** −1: missing. */
  | {
      readonly kind: 'categorical'
      readonly codes: ArrayLike<number>
      readonly names: readonly string[]
    }
)

/** Error of every row: 1 or 0 where rows are right or wrong, else the absolute error. */
export interface RowErrors {
  readonly errors: Float64Array
  readonly areShares: boolean
}

/** Columns that are shown. */
const MAX_COLUMNS = 12
/** Slices of a numeric column: quarters of the rows. */
const RANGES = 4
/** Categories that stand for themselves; the rarer ones are one slice. */
const MAX_CATEGORIES = 8
/** A smaller slice says nothing. */
const MIN_ROWS = 5
/** From here on a mean is as good as normal, and resampling it only costs time. */
const MAX_RESAMPLED_ROWS = 1_000
const RESAMPLES = 1_000
const LEVEL = 0.95

/** The columns whose slices differ most in their errors, the most different first. */
export function sliceErrors(columns: readonly RowColumn[], rows: RowErrors): ErrorSlices[] {
  const all = mean(rows.errors)
  return columns
    .map(column => {
      const members = membersOf(column).filter(
        ({ rows: memberRows }) => memberRows.length >= MIN_ROWS,
      )
      return { column, members, weight: surprise(members, rows, all) }
    })
    .filter(({ members }) => members.length > 1)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MAX_COLUMNS)
    .map(({ column: { name, derived = false }, members }) => ({
      column: name,
      derived,
      slices: members.map(({ name: slice, rows: memberRows }) => {
        const errors = memberRows.map(row => rows.errors[row] as number)
        const interval = intervalOf(errors, rows.areShares)
        const error = mean(errors)
        return { name: slice, rows: memberRows.length, error, interval, isWorse: interval[0] > all }
      }),
    }))
}

interface Members {
  readonly name: SliceName
  readonly rows: readonly number[]
}

/** How far the worst slice lies above all rows, in standard errors. */
function surprise(members: readonly Members[], { errors }: RowErrors, all: number): number {
  const variance = mean(errors.map(error => (error - all) ** 2))
  const deviations = members.map(({ rows }) => {
    const memberError = mean(rows.map(row => errors[row] as number))
    return (memberError - all) / Math.sqrt(variance / rows.length)
  })
  return Math.max(Number.NEGATIVE_INFINITY, ...deviations.filter(Number.isFinite))
}

function membersOf(column: RowColumn): Members[] {
  return column.kind === 'numeric' ? ranges(column.values) : categories(column)
}

function ranges(values: ArrayLike<number>): Members[] {
  const all = Array.from(values, (value, row) => ({ value, row }))
  const finite = all.filter(({ value }) => Number.isFinite(value))
  const missing = all.filter(({ value }) => !Number.isFinite(value)).map(({ row }) => row)
  const sorted = finite.map(({ value }) => value).sort((a, b) => a - b)
  const edges = new Set(
    Array.from({ length: RANGES - 1 }, (_, at) => quantileSorted(sorted, (at + 1) / RANGES)),
  )
  const bounds = [...edges, Number.POSITIVE_INFINITY]
  const slices = bounds.map((bound, at) => {
    const above = bounds[at - 1] ?? Number.NEGATIVE_INFINITY
    return finite.filter(({ value }) => value > above && value <= bound)
  })
  return [
    ...slices.flatMap(slice => {
      const inside = slice.map(({ value }) => value)
      if (inside.length === 0) return []
      const low = inside.reduce((a, b) => Math.min(a, b))
      const high = inside.reduce((a, b) => Math.max(a, b))
      return [{ name: { kind: 'range', low, high } as const, rows: slice.map(({ row }) => row) }]
    }),
    ...restMembers('missing', missing),
  ]
}

function categories({
  codes,
  names,
}: Extract<RowColumn, { readonly kind: 'categorical' }>): Members[] {
  const byCode = new Map<number, number[]>()
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number
    const codeRows = byCode.get(code) ?? []
    codeRows.push(row)
    byCode.set(code, codeRows)
  }
  const missing = byCode.get(-1) ?? []
  byCode.delete(-1)
  const sorted = [...byCode].sort(([a, x], [b, y]) => y.length - x.length || a - b)
  const largest = sorted.slice(0, MAX_CATEGORIES)
  const others = sorted.slice(MAX_CATEGORIES).flatMap(([, rows]) => rows)
  return [
    ...largest.map(([code, rows]) => ({
      name: { kind: 'category', name: names[code] ?? String(code) } as const,
      rows,
    })),
    ...restMembers('others', others),
    ...restMembers('missing', missing),
  ]
}

function restMembers(kind: 'others' | 'missing', rows: readonly number[]): Members[] {
  return rows.length === 0 ? [] : [{ name: { kind }, rows }]
}

function intervalOf(
  errors: readonly number[],
  areShares: boolean,
): readonly [low: number, high: number] {
  if (areShares) return wilsonInterval(sum(errors), errors.length, LEVEL)
  if (errors.length > MAX_RESAMPLED_ROWS) {
    const center = mean(errors)
    const squares = sum(errors.map(error => (error - center) ** 2))
    const half =
      normalQuantile((1 + LEVEL) / 2) *
      (Math.sqrt(squares / (errors.length - 1)) / Math.sqrt(errors.length))
    return [Math.max(0, center - half), center + half]
  }
  const options = { level: LEVEL, resamples: RESAMPLES, seed: 0 }
  const { low, high } = bootstrapInterval([errors], ([sample = []]) => mean(sample), options)
  return [low, high]
}
