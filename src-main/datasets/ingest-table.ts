import { type ColumnFormat, plainNumber } from '../core/data/column-format.ts'
import { msg, messageAsJson } from '../core/errors/message.ts'
import path from 'node:path'
import type { TableData } from '../core/data/data-settings.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { DatasetFinding } from '../core/data/dataset.ts'
import { ColumnFile } from './column-file.ts'
import type { DatasetDraft, NewDataset } from './dataset-draft.ts'
import { DuplicateFinder } from './find-duplicates.ts'
import { inspectColumns, type ColumnInspection } from './inspect-columns.ts'
import { readJoinedRecords } from './joined-records.ts'
import { columnSettings, noFeatures, planColumns, type IgnoredColumn } from './plan-columns.ts'
import { cellReader } from './read-cell.ts'
import { RowSample } from './row-sample.ts'
import { TableStructure } from './table-structure.ts'
import { parseNumber } from './written-number.ts'
import { parseTime } from './written-time.ts'
import { findTargetLeaks } from './target-leaks.ts'
import { TextNumbers, TextCodes, rankOf, tally } from './text-numbers.ts'

/** Classes and categories beyond which a column is no category. */
const MAX_CLASSES = 1_000
const MAX_CATEGORIES = 10_000
/** With no more rows than this, values that all differ may be chance. */
const FEW_ROWS = 20

/**
 * Reads a table into columns: `numeric` (float64, columns × rows, NaN = missing), `categorical`
 * (int32 codes, columns × rows, −1 = missing) and `target` (int32 classes or float64 values). Columns go to files of
 * the draft; in memory are a block of rows, the target, and what decides the split.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function ingestTable(data: TableData, draft: DatasetDraft): Promise<NewDataset> {
  const sample = new RowSample()
  const table = await inspectColumns({ ...data, columns: columnSettings(data) }, fields => {
    sample.add(fields)
  })
  const plan = planColumns(data, table)
  const structure = new TableStructure(data, table, sample.rows)
  const dropped = data.withoutTarget === 'drop' ? plan.target.missing : 0
  const rows = table.rows - dropped
  const numbers = draft.array('numeric', 'float64')
  const numeric = new ColumnFile(numbers, plan.numeric.length, rows, Number.NaN)
  // In the order of appearance; which columns stay and how their texts are sorted is known at the end.
  const codes = new ColumnFile(draft.array('codes', 'int32'), plan.categorical.length, rows, -1)
  const texts = plan.categorical.map(() => new TextNumbers(MAX_CATEGORIES))
  const classes = plan.problem === 'classification' ? new TextCodes(MAX_CLASSES) : null
  const values = classes === null ? new Float64Array(rows) : null
  const missing = new Set(data.missing.map(word => word.trim()))
  const groups = plan.group === null ? null : new TextCodes()
  const times = plan.time === null ? null : new Float64Array(rows)
  const readers = plan.numeric.map(column => cellReader(column.reading.format))
  const readTarget = cellReader(plan.target.reading.format)
  const readTime = plan.time === null ? null : cellReader(plan.time.reading.format)
  let row = -1
  let droppedTestRows = 0
  let missingNumbers = 0
  const missingTexts = plan.categorical.map(() => 0)
  await readJoinedRecords(data, (fields, line, file) => {
    if (row < 0) {
      row = 0
      return
    }
    const textOf = ({ index, spellings }: ColumnInspection): string => {
      const text = (fields[index] ?? '').trim()
      return spellings === null || missing.has(text) ? text : spellings.merged(text)
    }
    /** A cell that must have a value. */
    const value = (column: ColumnInspection): string => {
      const { name } = column
      const text = textOf(column)
      if (!missing.has(text)) return text
      throw invalidData(file, name, text, msg('rule.everyRow'), line)
    }
    const targetText = textOf(plan.target)
    const isNone = missing.has(targetText) || Number.isNaN(readTarget(targetText))
    if (isNone && data.withoutTarget === 'drop') {
      if (file !== data.file) droppedTestRows++
      return
    }
    if (isNone)
      throw invalidData(file, plan.target.name, targetText, msg('rule.targetMissing'), line)
    const at = row++
    const targetNumber = classes === null ? readTarget(targetText) : null
    structure.add(fields, targetNumber ?? targetText)
    numeric.nextRow(data.file)
    codes.nextRow(data.file)
    const target = targetText
    classes?.add(target)
    if (plan.group !== null) groups?.add(value(plan.group))
    if (plan.time !== null && times !== null) {
      const text = value(plan.time)
      const time = parseNumber(text) ?? parseTime(text) ?? readTime?.(text) ?? Number.NaN
      if (Number.isNaN(time))
        throw invalidData(file, plan.time.name, text, msg('rule.numberOrTime'), line)
      times[at] = time
    }
    if (values !== null) values[at] = readTarget(target) ?? Number.NaN
    for (const [position, column] of plan.numeric.entries()) {
      const text = (fields[column.index] ?? '').trim()
      const number = missing.has(text) ? Number.NaN : (readers[position]?.(text) ?? Number.NaN)
      if (Number.isNaN(number)) missingNumbers++
      else numeric.set(position, number)
    }
    for (const [position, column] of plan.categorical.entries()) {
      const text = textOf(column)
      if (missing.has(text)) missingTexts[position] = (missingTexts[position] ?? 0) + 1
      else codes.set(position, texts[position]?.add(text) ?? -1)
    }
  })
  numeric.end(data.file)
  codes.end(data.file)
  const categories = keepCategories(data, plan.categorical, texts)
  if (plan.numeric.length + categories.usedColumns.length === 0) throw noFeatures(data.file)
  const ignored = [...plan.ignored, ...categories.ignored].map(({ name, reason }) => ({
    name,
    reason: messageAsJson(reason),
  }))
  const target = classes === null ? null : sortedClasses(data, classes)
  const testRows = table.testRows - droppedTestRows
  const warnings = [
    ...plan.warnings,
    ...(dropped === 0 ? [] : [msg('dataset.warning.dropped', { count: dropped })]),
  ]
  const mainCounts =
    target === null ? null : tally(target.codes.subarray(0, rows - testRows), target.texts.length)
  const targets = target?.codes ?? values ?? new Float64Array()
  const duplicates = findDuplicates(
    rows,
    numeric,
    plan.numeric.length,
    codes,
    categories.usedColumns,
  )
  const categorical = draft.array('categorical', 'int32')
  for (const { index, ranks } of categories.usedColumns) {
    categorical.append(codes.column(index).map(code => rankOf(code, ranks)))
  }
  draft.remove(codes.file)
  const leaks = findTargetLeaks({
    rows,
    numeric: plan.numeric.map((column, index) => ({
      name: column.name,
      get values() {
        return numeric.column(index)
      },
    })),
    categorical: categories.usedColumns.map((usedColumn, index) => ({
      name: usedColumn.column.name,
      get values() {
        return categorical.read(index * rows, (index + 1) * rows)
      },
    })),
    target: targets,
    classes: target?.texts.length ?? null,
  })
  const findings: readonly DatasetFinding[] = [...leaks, ...structure.findings()]
  return {
    kind: 'table',
    properties: {
      source: path.basename(data.file),
      ...(table.dialect.format === 'csv' ? { ...table.dialect } : { format: table.dialect.format }),
      problem: plan.problem,
      target: plan.target.name,
      rows,
      numericColumns: plan.numeric.length,
      categoricalColumns: categories.usedColumns.length,
      // Of the rows and columns that are used.
      missingCells: categories.usedColumns.reduce(
        (sum, { index }) => sum + (missingTexts[index] ?? 0),
        missingNumbers,
      ),
      ...(target === null ? {} : { classes: target.texts.length }),
      ignoredColumns: ignored,
      warnings: warnings.map(messageAsJson),
      ...(dropped === 0 ? {} : { droppedRows: dropped }),
      ...(testRows === 0 ? {} : { testFile: path.basename(data.testFile ?? ''), testRows }),
      ...(groups === null ? {} : { groups: groups.size }),
      duplicateRows: duplicates.count,
      findings: findings.map(finding => ({ ...finding })),
    },
    schema: {
      problem: plan.problem,
      target: plan.target.name,
      classNames: target?.texts ?? null,
      classCounts: mainCounts,
      rows,
      ...(testRows === 0 ? {} : { testRows }),
      numeric: plan.numeric.map(({ name, missing, reading }) => ({
        name,
        missing,
        ...(isPlain(reading.format) ? {} : { format: reading.format }),
      })),
      categorical: categories.usedColumns.map(({ column, texts: names }) => ({
        name: column.name,
        missing: column.missing,
        categories: names,
        ...(column.spellings === null ? {} : { format: column.reading.format }),
      })),
      ignored,
      groupCount: groups?.size ?? null,
      time: plan.time?.name ?? null,
    },
    arrays: [
      { file: numeric.file, shape: [plan.numeric.length, rows] },
      { file: categorical, shape: [categories.usedColumns.length, rows] },
      { name: 'target', data: targets, shape: [rows] },
      ...(groups === null
        ? []
        : [{ name: 'groups', data: groups.sorted(compareTexts).codes, shape: [rows] }]),
      ...(times === null ? [] : [{ name: 'times', data: times, shape: [rows] }]),
      ...duplicates.arrays(),
    ],
  }
}

/** Data from before there were formats have this. */
function isPlain(format: ColumnFormat): boolean {
  const { type, decimal, thousands, unit } = plainNumber
  return (
    format.type === type &&
    format.decimal === decimal &&
    format.thousands === thousands &&
    format.unit === unit
  )
}

/** Rows with the same features: numbers as their bytes, categories as the numbers of their texts. */
function findDuplicates(
  rows: number,
  numeric: ColumnFile<'float64'>,
  quantities: number,
  codes: ColumnFile<'int32'>,
  usedColumns: readonly UsedCategory[],
): DuplicateFinder {
  const duplicates = new DuplicateFinder()
  const content = new DataView(new ArrayBuffer(8 * quantities + 4 * usedColumns.length))
  const bytes = new Uint8Array(content.buffer)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < quantities; column++) {
      content.setFloat64(8 * column, numeric.cell(column, row))
    }
    for (const [column, { index }] of usedColumns.entries()) {
      content.setInt32(8 * quantities + 4 * column, codes.cell(index, row))
    }
    duplicates.add(bytes)
  }
  return duplicates
}

interface UsedCategory {
  readonly column: ColumnInspection
  /** Among the columns that may be categories. */
  readonly index: number
  readonly texts: readonly string[]
  /** For every number in the order of appearance the code, its rank among the sorted texts. */
  readonly ranks: Int32Array
}

/**
 * Leaves out text columns that name rows instead of grouping them.
 * @throws AppError `data.invalid` for one that is to be used and has too many categories
 */
function keepCategories(
  { file, categorical }: TableData,
  columns: readonly ColumnInspection[],
  numbers: readonly TextNumbers[],
): { readonly usedColumns: UsedCategory[]; readonly ignored: IgnoredColumn[] } {
  const usedColumns: UsedCategory[] = []
  const ignored: IgnoredColumn[] = []
  for (const [index, column] of columns.entries()) {
    const text = numbers[index]
    if (text === undefined) continue
    const { name } = column
    const [limit, count] = [MAX_CATEGORIES, text.size]
    const isAsked = categorical.includes(name)
    if (count > limit && isAsked)
      throw invalidData(
        file,
        'objective.data.categorical',
        name,
        msg('rule.categories', { limit, count }),
      )
    if (text.allDiffer && count > FEW_ROWS && !isAsked)
      ignored.push({ name, reason: msg('dataset.ignored.differs') })
    else if (count > limit)
      ignored.push({ name, reason: msg('dataset.ignored.manyTexts', { limit }) })
    else usedColumns.push({ column, index, ...text.sorted(compareTexts) })
  }
  return { usedColumns, ignored }
}

function sortedClasses({ file, target }: TableData, classes: TextCodes) {
  if (classes.size > MAX_CLASSES)
    throw invalidData(file, target, classes.size, msg('rule.classCount', { limit: MAX_CLASSES }))
  const sorted = classes.sorted(compareTexts)
  // A class that is written in two ways would silently be two classes; equal numbers stand side by side.
  for (const [index, text] of sorted.texts.entries()) {
    const number = parseNumber(text)
    const before = sorted.texts[index - 1]
    if (number === null || before === undefined || parseNumber(before) !== number) continue
    throw invalidData(file, target, text, msg('rule.sameNumber', { other: before }))
  }
  return sorted
}

/** Numbers by value, before texts by UTF-16 unit. */
function compareTexts(a: string, b: string): number {
  const [left, right] = [parseNumber(a), parseNumber(b)]
  if (left !== null && right !== null && left !== right) return left - right
  if ((left === null) !== (right === null)) return left === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}
