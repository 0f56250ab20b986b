import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import type { Split } from './split.ts'

/** Which of how many parts of the rows validates. */
interface Fold {
  /** From 0. */
  readonly index: number
  /** At least 2. */
  readonly count: number
}

/** Which rows train: all but those of a fold, or all that the test split leaves; those of the validation split are then among them. */
export type HeldOut = Fold | 'none'

export interface FoldedRows {
  /** Class of every row; null for numbers. */
  readonly strata: Int32Array | null
  /** Group of every row; null where rows have none. */
  readonly groups: Int32Array | null
  /** Time of every row, in milliseconds; null where rows have none. */
  readonly times: Float64Array | null
  /** Of rows with times: at least so many rows, whole times, are left out between training and validation rows; 0 for none. */
  readonly embargo: number
  /** Of the study: its trials share their folds. */
  readonly seed: number
  /** Name of the data in errors. */
  readonly source: string
}

/**
 * Cuts training and validation rows into folds and gives the split in which one of them validates and the others train;
 * test rows stay. Every class is spread evenly over the folds; rows of a group share a fold, the largest groups are placed
 * first, each in the smallest fold. Rows with times validate on what comes after everything that trains (rolling origin, with all that was
 * before): they are cut into one part more than folds, and fold k validates the k-th part from the end. So fold 0 trains on most, and the
 * first part never validates. Stone: Cross-validatory choice and assessment of statistical predictions. Journal of
 * the Royal Statistical Society B 36(2), 1974; stratified as in Kohavi: A study of cross-validation and bootstrap for
 * accuracy estimation and model selection. IJCAI 1995; rolling origin: Tashman: Out-of-sample tests of
 * forecasting accuracy. International Journal of Forecasting 16, 2000.
 * @param fold null: the split as it is; `none`: all of them train, and the validation rows are measured although they have been seen
 * @throws AppError `data.invalid` if a class has fewer rows, or there are fewer groups, than folds, or no more times than folds
 */
export function takeFold(split: Split, fold: HeldOut | null, rows: FoldedRows): Split {
  if (fold === null) return split
  const pool = Int32Array.from([
    ...split.train,
    ...split.validation,
    ...(rows.times === null ? [] : rowsBetween(split, rows.times)),
  ]).sort()
  if (fold === 'none') return { ...split, train: pool }
  if (rows.times !== null) return { ...split, ...foldByTime(pool, rows.times, fold, rows) }
  const foldOf =
    rows.groups === null
      ? foldsByClass(pool, fold.count, rows)
      : foldsByGroup(pool, rows.groups, fold.count, rows)
  const isValidation = (_: number, at: number): boolean => foldOf[at] === fold.index
  return {
    train: pool.filter((row, at) => !isValidation(row, at)),
    validation: pool.filter(isValidation),
    test: split.test,
  }
}

/** Fold of every row of the pool. */
function foldsByClass(pool: Int32Array, count: number, rows: FoldedRows): Int32Array {
  const { strata, seed } = rows
  const indicesByStratum = new Map<number, number[]>()
  for (const [at, row] of pool.entries()) {
    const stratum = strata?.[row] ?? 0
    indicesByStratum.set(stratum, [...(indicesByStratum.get(stratum) ?? []), at])
  }
  const foldOf = new Int32Array(pool.length)
  // The next class goes on where the last one ended, so that the folds have the same size up to one row.
  let next = 0
  for (const [stratum, positions] of [...indicesByStratum].sort(([a], [b]) => a - b)) {
    if (positions.length < count) refuse(rows, `class ${stratum}: rows`, positions.length, count)
    const stream = createRandomStream({ seed, number: stratum, purpose: 'folds' })
    for (const at of stream.shuffled(positions)) foldOf[at] = next++ % count
  }
  return foldOf
}

function foldsByGroup(
  pool: Int32Array,
  groups: Int32Array,
  count: number,
  rows: FoldedRows,
): Int32Array {
  const sizes = new Map<number, number>()
  for (const row of pool) {
    const group = groups[row] as number
    sizes.set(group, (sizes.get(group) ?? 0) + 1)
  }
  if (sizes.size < count) refuse(rows, 'groups', sizes.size, count)
  const stream = createRandomStream({ seed: rows.seed, number: 0, purpose: 'folds of groups' })
  const order = stream
    .shuffled([...sizes.keys()].sort((a, b) => a - b))
    .sort((a, b) => (sizes.get(b) as number) - (sizes.get(a) as number))
  const filled = new Array<number>(count).fill(0)
  const foldOfGroup = new Map<number, number>()
  for (const group of order) {
    const smallest = filled.indexOf(Math.min(...filled))
    foldOfGroup.set(group, smallest)
    filled[smallest] = (filled[smallest] as number) + (sizes.get(group) as number)
  }
  return pool.map(row => foldOfGroup.get(groups[row] as number) as number)
}

/** Rows that an embargo left out between training and validation rows: folds leave out others. */
function rowsBetween({ train, validation, test }: Split, times: Float64Array): readonly number[] {
  const timesOf = (rows: Int32Array) => Float64Array.from(rows, row => times[row] as number)
  const from = timesOf(train).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const until = timesOf(validation).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const tested = new Set(test)
  return [...times.keys()].filter(row => {
    const time = times[row] as number
    return time > from && time < until && !tested.has(row)
  })
}

/** Whole times stay together. */
function foldByTime(
  pool: Int32Array,
  times: Float64Array,
  { index, count }: Fold,
  rows: FoldedRows,
): Pick<Split, 'train' | 'validation'> {
  const timeOf = (row: number): number => times[row] as number
  const ordered = [...pool].sort((a, b) => timeOf(a) - timeOf(b) || a - b)
  const different = new Set(ordered.map(timeOf)).size
  if (different <= count) refuse(rows, 'times', different, count + 1)
  const starts = partStarts(ordered.map(timeOf), count + 1)
  const part = count - index
  const [from, until] = [starts[part] as number, starts[part + 1] ?? ordered.length]
  let end = Math.max(0, from - rows.embargo)
  const isCut = (at: number) =>
    at > 0 && at < from && timeOf(ordered[at - 1] as number) === timeOf(ordered[at] as number)
  while (isCut(end)) end--
  if (end === 0) {
    const rule = msg('rule.embargoLeaves')
    const field = 'objective.data.embargo'
    throw new AppError('data.invalid', { path: rows.source, field, value: rows.embargo, rule })
  }
  return {
    train: Int32Array.from(ordered.slice(0, end)).sort(),
    validation: Int32Array.from(ordered.slice(from, until)).sort(),
  }
}

/**
 * Where each of so many parts of rows in the order of their times begins: as even as whole times allow, none empty; rows that are left over are in
 * the first part, as in scikit-learn's `TimeSeriesSplit`.
 * @param times rising, of more different values than parts
 */
function partStarts(times: readonly number[], parts: number): number[] {
  const changes = times.flatMap((time, at) => (at === 0 || time !== times[at - 1] ? [at] : []))
  const size = Math.floor(times.length / parts)
  const starts = [0]
  for (let part = 1; part < parts; part++) {
    const wanted = times.length - (parts - part) * size
    // Later parts need a time each.
    const possible = changes.slice(0, changes.length - (parts - part - 1))
    const later = possible.filter(at => at > (starts.at(-1) as number))
    starts.push(
      later.reduce((best, at) => (Math.abs(at - wanted) < Math.abs(best - wanted) ? at : best)),
    )
  }
  return starts
}

function refuse({ source }: FoldedRows, field: string, value: number, count: number): never {
  const rule = msg('rule.onePerFold', { count })
  throw new AppError('data.invalid', { path: source, field, value, rule })
}
