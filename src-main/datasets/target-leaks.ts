import type { DatasetFinding } from '../core/data/dataset.ts'

/** With fewer rows, agreement may be chance. */
const MIN_ROWS = 20
/** |r| beyond which a quantity is a straight line through the target. */
const STRAIGHT_LINE = 0.9999

interface Column {
  readonly name: string
  /** NaN where there is no value; asked for once, so that a column may be read for it. */
  readonly values: ArrayLike<number>
}

/** Columns of a table and its target, all by row. */
export interface LeakTable {
  readonly rows: number
  readonly numeric: readonly Column[]
  /** Codes; −1 where there is no value. */
  readonly categorical: readonly Column[]
  /** Classes or values. */
  readonly target: ArrayLike<number>
  readonly classes: number | null
}

/**
 * Columns that tell the target by themselves, as a copy of it under another name does, or what is only
 * known once the target is: every category has one class (or one value); a quantity is a straight line
 * through the target, or only rises or only falls with it; an interval of it is a class.
 */
export function findTargetLeaks(table: LeakTable): readonly DatasetFinding[] {
  if (table.rows < MIN_ROWS) return []
  const leakingColumns = [
    ...table.categorical.filter(column => categoriesRevealTarget(column.values, table)),
    ...table.numeric.filter(column =>
      table.classes === null
        ? tracesTarget(column.values, table)
        : intervalsRevealTarget(column.values, table, table.classes),
    ),
  ]
  return leakingColumns.map(({ name }) => ({ kind: 'targetInColumn' as const, column: name }))
}

/** Every category stands for one target, and there are few enough that this is no accident. */
function categoriesRevealTarget(codes: ArrayLike<number>, { rows, target }: LeakTable): boolean {
  const targetOf = new Map<number, number>()
  for (let row = 0; row < rows; row++) {
    const code = codes[row] as number
    const value = target[row] as number
    const targetOfCode = targetOf.get(code)
    if (targetOfCode !== undefined && targetOfCode !== value) return false
    targetOf.set(code, value)
  }
  return targetOf.size >= 2 && targetOf.size <= rows / 4 && new Set(targetOf.values()).size >= 2
}

function byValue(values: ArrayLike<number>, rows: number): Uint32Array | null {
  for (let row = 0; row < rows; row++) if (Number.isNaN(values[row])) return null
  return Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  )
}

/** Sorted by the quantity, each class is one run, and equal quantities have equal classes. */
function intervalsRevealTarget(
  values: ArrayLike<number>,
  { rows, target }: LeakTable,
  classes: number,
): boolean {
  const order = byValue(values, rows)
  if (order === null) return false
  let runs = 1
  for (let at = 1; at < rows; at++) {
    const [before, row] = [order[at - 1] as number, order[at] as number]
    if (target[row] === target[before]) continue
    if (values[row] === values[before]) return false
    runs++
    if (runs > classes) return false
  }
  return runs === classes
}

/** The quantity is a straight line through the target, or strictly monotone in it. */
function tracesTarget(values: ArrayLike<number>, { rows, target }: LeakTable): boolean {
  const order = byValue(values, rows)
  if (order === null) return false
  if (Math.abs(correlation(values, target, rows)) > STRAIGHT_LINE) return true
  let rising = true
  let falling = true
  for (let at = 1; at < rows && (rising || falling); at++) {
    const [before, row] = [order[at - 1] as number, order[at] as number]
    const step = (target[row] as number) - (target[before] as number)
    const still = values[row] === values[before]
    if (still ? step !== 0 : step <= 0) rising = false
    if (still ? step !== 0 : step >= 0) falling = false
  }
  return rising || falling
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>, rows: number): number {
  let [meanA, meanB] = [0, 0]
  for (let row = 0; row < rows; row++) {
    meanA += (a[row] as number) / rows
    meanB += (b[row] as number) / rows
  }
  let [covariance, varianceA, varianceB] = [0, 0, 0]
  for (let row = 0; row < rows; row++) {
    const [fromA, fromB] = [(a[row] as number) - meanA, (b[row] as number) - meanB]
    covariance += fromA * fromB
    varianceA += fromA * fromA
    varianceB += fromB * fromB
  }
  return covariance / Math.sqrt(varianceA * varianceB)
}
