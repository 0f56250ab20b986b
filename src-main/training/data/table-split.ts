import type { TableData } from '../../core/data/data-settings.ts'
import type { DatasetManifest } from '../../core/data/dataset.ts'
import { readTableSchema, requireClasses } from './dataset-schema.ts'
import { checkGroups, drawGroupedSplit } from './grouped-split.ts'
import { drawSplit, planTableSplit, type Split } from './split.ts'
import { cutByTime } from './time-split.ts'

/** The parts of a prepared table that decide its split. */
export interface TableSplitRows {
  /** Class of every row; null for quantities. */
  readonly classes: Int32Array | null
  /** Group of every row; null without a column of groups. */
  readonly groups: Int32Array | null
  /** Time of every row in milliseconds; null without a column of times. */
  readonly times: Float64Array | null
}

/**
 * Refuses sizes that no split can have, before anything is drawn.
 * @throws AppError `data.invalid`
 */
export function checkTableSplit(manifest: DatasetManifest, data: TableData): void {
  const { groupCount, time, testRows } = readTableSchema(manifest)
  if (groupCount !== null) checkGroups(manifest, groupCount, testRows === 0 ? 3 : 2)
  else if (time === null) planTableSplit(manifest, data)
}

/**
 * Draws training, validation and test rows of a table: by whole groups if there is a column of groups,
 * by time if there is one of times, else by the seed, classes in equal shares. A test file of its own is the test part.
 * @throws AppError `data.invalid` if the sizes cannot be met or a class is in no training row
 */
export function splitTable(
  manifest: DatasetManifest,
  data: TableData,
  { classes, groups, times }: TableSplitRows,
  seed: number,
): Split {
  const { rows: all, testRows, groupCount, classNames } = readTableSchema(manifest)
  const rows = all - testRows
  const ownTest = testRows > 0
  const sizes = { ...data, test: ownTest ? null : data.test }
  const split =
    groups === null && times === null
      ? drawSplit(planTableSplit(manifest, data), classes, rows, null, seed)
      : times === null
        ? drawGroupedSplit(
            manifest,
            (groups ?? new Int32Array()).subarray(0, rows),
            groupCount ?? 0,
            sizes,
            seed,
          )
        : cutByTime(manifest, times.subarray(0, rows), sizes)
  if (classes !== null && (groups !== null || times !== null))
    requireClasses(manifest, classNames ?? [], classes, split.train)
  return ownTest
    ? { ...split, test: Int32Array.from({ length: testRows }, (_, row) => rows + row) }
    : split
}
