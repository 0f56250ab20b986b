import { msg } from '../../core/errors/message.ts'
import type { Portion, SplitSizes, TableData } from '../../core/data/data-settings.ts'
import type { DatasetManifest } from '../../core/data/dataset.ts'
import { sum } from '../../math/numbers.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { apportion } from './apportion.ts'
import { dataInvalid, readClassSchema, readTableSchema } from './dataset-schema.ts'

/** Rows per stratum of each part. A stratum is a class; a regression table has one. */
export interface SplitPlan {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly test: readonly number[]
  /** The test rows come from arrays of their own. */
  readonly separateTest: boolean
}

/** Row numbers of each part, rising; `test` counts in the test arrays if they are separate. */
export interface Split {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** Sizes of the parts; absent training rows are all that remain. */
export interface SplitPortions {
  readonly train?: Portion | undefined
  readonly validation: Portion
  /** Null where the test rows are others. */
  readonly test: Portion | null
  /** Of rows that are cut by time: at least so many are left out before validation and before test rows. */
  readonly embargo?: number | undefined
}

export const DEFAULT_SHARE = 0.2
/** Validation rows beyond this number sharpen the measure less than they cost. */
const MAX_DEFAULT_VALIDATION = 2_000

/** Rows that validation has if the settings do not say: a fifth, but no more than are of use. */
export function defaultValidation(rows: number): number {
  return Math.min(MAX_DEFAULT_VALIDATION, portionRows(DEFAULT_SHARE, rows))
}

/**
 * About how many rows train and validate, of a set whose rows have classes; exact where rows have no groups. Nothing is checked.
 * @returns `share`: of the rows that are not in a test set of their own, how many train or validate, 0…1
 */
export function splitRows(
  manifest: DatasetManifest,
  sizes: SplitSizes,
): {
  readonly train: number
  readonly validation: number
  readonly test: number
  readonly share: number
} {
  const { classCounts, testClassCounts } = readClassSchema(manifest)
  const rows = sum(classCounts)
  const validation = portionRows(sizes.validation ?? defaultValidation(rows), rows)
  const separate = testClassCounts === null ? null : sum(testClassCounts)
  const test = portionRows(sizes.test ?? separate ?? DEFAULT_SHARE, separate ?? rows)
  const rest = Math.max(0, rows - validation - (separate === null ? test : 0))
  const train = sizes.train === undefined ? rest : Math.min(rest, portionRows(sizes.train, rows))
  return { train, validation, test, share: (train + validation) / rows }
}

/**
 * How many rows of each class go where. Cheap: main asks it once before a study starts, trainers
 * again before they draw.
 * @throws AppError `data.invalid` when sizes exceed what is there, or a class cannot be in every part
 */
export function planClassSplit(manifest: DatasetManifest, data: SplitSizes): SplitPlan {
  const { classCounts, testClassCounts, classNames } = readClassSchema(manifest)
  const rows = sum(classCounts)
  const validation = data.validation ?? defaultValidation(rows)
  return plan({
    manifest,
    counts: classCounts,
    names: classNames,
    separateTestCounts: testClassCounts,
    train: data.train,
    validation,
    test: data.test ?? (testClassCounts === null ? DEFAULT_SHARE : sum(testClassCounts)),
  })
}

/** As {@link planClassSplit}, for a table. */
export function planTableSplit(manifest: DatasetManifest, data: TableData): SplitPlan {
  const { classCounts, classNames, rows, testRows } = readTableSchema(manifest)
  const counts = classCounts ?? [rows - testRows]
  return plan({
    manifest,
    counts,
    names: classNames ?? ['all rows'],
    // Which classes the rows of a test file have does not matter: they are taken as they are.
    separateTestCounts: testRows === 0 ? null : counts,
    train: data.train,
    validation: data.validation,
    test: testRows === 0 ? data.test : sum(counts),
  })
}

/**
 * Draws the rows of each part: every stratum in an order of its own, which depends on the seed
 * alone, so a larger training part contains a smaller one and never changes validation or test.
 * @param strata stratum of every row; null for a single stratum of `rows` rows
 * @param testStrata the same for separate test arrays
 */
export function drawSplit(
  splitPlan: SplitPlan,
  strata: Int32Array | null,
  rows: number,
  testStrata: Int32Array | null,
  seed: number,
): Split {
  const { train, validation, test, separateTest } = splitPlan
  const parts: Record<keyof Split, number[][]> = { train: [], validation: [], test: [] }
  for (const [stratum, members] of groupRows(strata, rows, train.length).entries()) {
    const order = createRandomStream({ seed, number: stratum, purpose: 'split' }).shuffled(members)
    const validationRows = validation[stratum] ?? 0
    const testRows = separateTest ? 0 : (test[stratum] ?? 0)
    const trainStart = validationRows + testRows
    parts.validation.push(order.slice(0, validationRows))
    parts.test.push(order.slice(validationRows, trainStart))
    parts.train.push(order.slice(trainStart, trainStart + (train[stratum] ?? 0)))
  }
  if (separateTest && testStrata !== null) {
    const grouped = groupRows(testStrata, testStrata.length, test.length)
    for (const [stratum, members] of grouped.entries()) {
      const stream = createRandomStream({ seed, number: stratum, purpose: 'split of test rows' })
      parts.test.push(stream.shuffled(members).slice(0, test[stratum] ?? 0))
    }
  }
  const rowsOf = (part: keyof Split) => Int32Array.from(parts[part].flat()).sort()
  return { train: rowsOf('train'), validation: rowsOf('validation'), test: rowsOf('test') }
}

interface PlanRequest extends SplitPortions {
  readonly test: Portion
  readonly manifest: DatasetManifest
  readonly counts: readonly number[]
  readonly names: readonly string[]
  readonly separateTestCounts: readonly number[] | null
}

function plan(request: PlanRequest): SplitPlan {
  const { counts, separateTestCounts } = request
  const separateTest = separateTestCounts !== null
  checkStrata(request, counts, separateTest ? 2 : 3)
  if (separateTestCounts !== null) checkStrata(request, separateTestCounts, 1)
  const rows = sum(counts)
  // One row of every stratum is kept back for each part that is still to come.
  const validation = share(request, 'validation', rows, counts, less(counts, separateTest ? 1 : 2))
  const afterValidation = less(counts, validation)
  const test =
    separateTestCounts === null
      ? share(request, 'test', rows, counts, less(afterValidation, 1))
      : share(request, 'test', sum(separateTestCounts), separateTestCounts, separateTestCounts)
  const remaining = separateTest ? afterValidation : less(afterValidation, test)
  const train =
    request.train === undefined ? remaining : share(request, 'train', rows, remaining, remaining)
  return { train, validation, test, separateTest }
}

function share(
  request: PlanRequest,
  part: 'train' | 'validation' | 'test',
  rows: number,
  counts: readonly number[],
  capacities: readonly number[],
): number[] {
  const portion = request[part] ?? 0
  const wanted = portionRows(portion, rows)
  const shares = apportion(counts, capacities, wanted)
  if (shares !== null) return shares
  throw dataInvalid(
    request.manifest,
    `objective.data.${part}`,
    portion,
    msg('rule.rowsOfPart', { low: counts.length, high: sum(capacities) }),
  )
}

function checkStrata(request: PlanRequest, counts: readonly number[], least: number): void {
  const index = counts.findIndex(count => count < least)
  if (index < 0) return
  throw dataInvalid(
    request.manifest,
    `classes.${request.names[index] ?? String(index)}`,
    counts[index] ?? 0,
    msg('rule.onePerPart', { count: least }),
  )
}

function portionRows(portion: Portion, rows: number): number {
  return portion < 1 ? Math.max(1, Math.round(portion * rows)) : portion
}

function groupRows(strata: Int32Array | null, rows: number, count: number): number[][] {
  const groups = Array.from({ length: count }, (): number[] => [])
  for (let row = 0; row < rows; row++) groups[strata?.[row] ?? 0]?.push(row)
  return groups
}

function less(counts: readonly number[], other: number | readonly number[]): number[] {
  return counts.map((count, i) => count - (typeof other === 'number' ? other : (other[i] ?? 0)))
}
