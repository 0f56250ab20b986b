import type { BoosterColumn } from './booster.ts'

/**
 * Columns as bins, found as LightGBM finds them (`src/io/bin.cpp`, 4.x): equal counts where there are more values than bins,
 * a bin of its own for zero, at least three rows per bin, categories by falling count.
 *
 * G. Ke et al.: LightGBM: a highly efficient gradient boosting decision tree. NIPS 2017.
 */
export interface BinnedColumn {
  /** One per row. */
  readonly bins: Uint8Array
  /** Bins but that of gaps, whose number is this. */
  readonly count: number
  /** Whether a row of training has a gap; categorical columns have none: theirs are in bin 0. */
  readonly hasGaps: boolean
  /**
   * The bin that LightGBM does not sum up, but takes for what the others leave of a leaf: that of most rows, else that of zero.
   * Rounding decides between splits of equal gain, so results hang on it.
   */
  readonly restBin: number
  /** Upper bound of every bin, included; the last is ∞. Empty for categories. */
  readonly bounds: Float64Array
  /** Category of every bin, from bin 1 on; bin 0 is for rare, unknown and missing ones. Null for numbers. */
  readonly codes: Int32Array | null
}

const MIN_ROWS_PER_BIN = 3
const ZERO = 1e-35
/** Of more rows, as many are looked at, evenly spread. */
const MAX_SAMPLE = 200_000
const CATEGORY_COVERAGE = 0.99

/** @param maxBins in 2…255, that of gaps among them */
export function binColumn(column: BoosterColumn, maxBins: number): BinnedColumn {
  if (column.kind === 'categorical') return binCategories(column, maxBins)
  const { values } = column
  const stride = Math.max(1, Math.ceil(values.length / MAX_SAMPLE))
  const sample =
    stride === 1
      ? values
      : Float64Array.from({ length: Math.floor(values.length / stride) }, (_, index) => {
          return values[index * stride] as number
        })
  const numbers = sample.filter(value => !Number.isNaN(value)).sort()
  const hasGaps = values.some(value => Number.isNaN(value))
  const bounds = Float64Array.from(findBounds(numbers, hasGaps ? maxBins - 1 : maxBins))
  const layout = { count: bounds.length, hasGaps, restBin: 0, bounds, codes: null }
  const bins = applyBins(layout, values)
  return {
    ...layout,
    bins,
    restBin: restOf(
      bins,
      bounds.findIndex(bound => bound >= 0),
    ),
  }
}

/** Bins of other rows of the same column. */
export function applyBins(
  { count, bounds, codes }: Omit<BinnedColumn, 'bins'>,
  values: Float64Array,
): Uint8Array {
  const bins = new Uint8Array(values.length)
  if (codes !== null) {
    const binOf = new Map(Array.from(codes, (code, bin) => [code, bin]))
    for (let row = 0; row < values.length; row++) bins[row] = binOf.get(values[row] as number) ?? 0
    return bins
  }
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (value !== value) {
      bins[row] = count
      continue
    }
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (value <= (bounds[middle] as number)) high = middle
      else low = middle + 1
    }
    bins[row] = low
  }
  return bins
}

/** Share of rows from which on a bin is the usual one. */
const USUAL_SHARE = 0.7

function restOf(bins: Uint8Array, binOfZero: number): number {
  const rows = new Float64Array(256)
  for (const bin of bins) rows[bin] = (rows[bin] as number) + 1
  const usual = rows.indexOf(Math.max(...rows))
  return (rows[usual] as number) >= USUAL_SHARE * bins.length ? usual : binOfZero
}

/** @param sorted rising, without gaps */
function findBounds(sorted: Float64Array, maxBins: number): number[] {
  const left = sorted.findLastIndex(value => value <= -ZERO) + 1
  const positive = sorted.findIndex(value => value > ZERO)
  const right = positive < 0 ? sorted.length : positive
  const bounds: number[] = []
  if (left > 0 && maxBins > 1) {
    const others = sorted.length - (right - left)
    const share = Math.max(1, Math.floor((left / others) * (maxBins - 1)))
    bounds.push(...greedyBounds(sorted.subarray(0, left), share))
    bounds[bounds.length - 1] = -ZERO
  }
  const most = maxBins - 1 - bounds.length
  if (right === sorted.length || most <= 0) return [...bounds, Number.POSITIVE_INFINITY]
  return [...bounds, ZERO, ...greedyBounds(sorted.subarray(right), most)]
}

function greedyBounds(sorted: Float64Array, maxBins: number): number[] {
  const { values, counts } = distinct(sorted)
  const bounds: number[] = []
  const bound = (below: number, above: number): void => {
    const value = nextUp((below + above) / 2)
    if (bounds.at(-1) !== value) bounds.push(value)
  }
  if (values.length <= maxBins) {
    let rows = 0
    for (let index = 0; index + 1 < values.length; index++) {
      rows += counts[index] as number
      if (rows < MIN_ROWS_PER_BIN) continue
      bound(values[index] as number, values[index + 1] as number)
      rows = 0
    }
    return [...bounds, Number.POSITIVE_INFINITY]
  }
  const most = Math.max(1, Math.min(maxBins, Math.floor(sorted.length / MIN_ROWS_PER_BIN)))
  const isBig = counts.map(count => count >= sorted.length / most)
  let restBins = most
  let restRows = sorted.length
  for (const [index, count] of counts.entries()) {
    if (isBig[index] !== true) continue
    restBins--
    restRows -= count
  }
  let size = restRows / restBins
  let rows = 0
  for (let index = 0; index + 1 < values.length && bounds.length < most - 1; index++) {
    const big = isBig[index] === true
    const count = counts[index] as number
    if (!big) restRows -= count
    rows += count
    const nextIsBig = isBig[index + 1] === true && rows >= Math.max(1, size / 2)
    if (!big && rows < size && !nextIsBig) continue
    bound(values[index] as number, values[index + 1] as number)
    rows = 0
    if (big) continue
    restBins--
    size = restRows / restBins
  }
  return [...bounds, Number.POSITIVE_INFINITY]
}

function distinct(sorted: Float64Array): { values: number[]; counts: number[] } {
  const values: number[] = []
  const counts: number[] = []
  for (const value of sorted) {
    if (value === values.at(-1)) counts[counts.length - 1] = (counts.at(-1) as number) + 1
    else {
      values.push(value)
      counts.push(1)
    }
  }
  return { values, counts }
}

const float = new Float64Array(1)
const bits = new BigInt64Array(float.buffer)

/** The next larger number. */
function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value
  if (value === 0) return Number.MIN_VALUE
  float[0] = value
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n)
  return float[0]
}

function binCategories({ values, levels }: BoosterColumn, maxBins: number): BinnedColumn {
  const counts = new Float64Array(levels)
  let valueCount = 0
  for (const value of values) {
    if (value !== value) continue
    counts[value] = (counts[value] as number) + 1
    valueCount++
  }
  const byCount = Array.from(counts.keys())
    .filter(code => (counts[code] as number) > 0)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b)
  const most = Math.min(maxBins, byCount.length + 1)
  const codes = [-1]
  let covered = 0
  for (const [index, code] of byCount.entries()) {
    if (codes.length >= most && covered >= CATEGORY_COVERAGE * valueCount) break
    if (codes.length >= 256) break
    const count = counts[code] as number
    if (count < MIN_ROWS_PER_BIN && index > 1) break
    codes.push(code)
    covered += count
  }
  const layout = {
    count: codes.length,
    hasGaps: false,
    restBin: 0,
    bounds: new Float64Array(),
    codes: Int32Array.from(codes),
  }
  const bins = applyBins(layout, values)
  return { ...layout, bins, restBin: restOf(bins, Math.max(0, codes.indexOf(0))) }
}
