import path from 'node:path'
import type { TableData } from '../contract/data-settings.ts'
import { AppError } from '../contract/errors.ts'
import { countTwins, firstOfContent, twinArray } from './find-twins.ts'
import {
  inspectColumns,
  parseNumber,
  type ColumnFacts,
  type TableFacts,
} from './inspect-columns.ts'
import { noFeatures, planColumns, type ColumnPlan, type IgnoredColumn } from './plan-columns.ts'
import { parseTime } from './parse-time.ts'
import type { NewDataset } from './prepared-store.ts'
import { readTableRecords } from './table-records.ts'
import { findTargetLeaks } from './target-leaks.ts'

/** Classes and categories beyond which a column is no category. */
const mostClasses = 1_000
const mostCategories = 10_000
/** With no more rows than this, values that all differ may be chance. */
const fewRows = 20

/** Texts numbered in the order in which they appear. */
class TextCodes {
  readonly codes: Int32Array
  readonly #codeOf = new Map<string, number>()

  constructor(rows: number) {
    this.codes = new Int32Array(rows).fill(-1)
  }

  get size(): number {
    return this.#codeOf.size
  }

  add(row: number, text: string): void {
    let code = this.#codeOf.get(text)
    if (code === undefined) {
      code = this.#codeOf.size
      this.#codeOf.set(text, code)
    }
    this.codes[row] = code
  }

  /** Sorted texts and the codes that point into them, so that the order of rows decides nothing. */
  sorted(): { readonly texts: readonly string[]; readonly codes: Int32Array } {
    const texts = [...this.#codeOf.keys()].sort(compareTexts)
    const position = new Map(texts.map((text, index) => [text, index]))
    const newCode = Int32Array.from(this.#codeOf.keys(), text => position.get(text) ?? -1)
    return { texts, codes: this.codes.map(code => (code < 0 ? -1 : (newCode[code] ?? -1))) }
  }
}

/**
 * Reads a table into columns: `numeric` (float64, columns × rows, NaN = missing), `categorical`
 * (int32 codes, columns × rows, −1 = missing) and `target` (int32 classes or float64 values).
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function ingestTable(data: TableData): Promise<NewDataset> {
  const table = await inspectColumns(data)
  const plan = planColumns(data, table)
  const { rows } = table
  const numeric = new Float64Array(rows * plan.numeric.length).fill(Number.NaN)
  const texts = plan.categorical.map(() => new TextCodes(rows))
  const classes = plan.problem === 'classification' ? new TextCodes(rows) : null
  const values = classes === null ? new Float64Array(rows) : null
  const missing = new Set(data.missing.map(word => word.trim()))
  const groups = plan.group === null ? null : new TextCodes(rows)
  const times = plan.time === null ? null : new Float64Array(rows)
  let row = -1
  await readTableRecords({
    path: data.file,
    field: 'objective.data.file',
    format: data,
    missing: data.missing,
    onRecord: (fields, line) => {
      if (row++ < 0) return
      const at = row - 1
      const target = (fields[plan.target.index] ?? '').trim()
      if (missing.has(target)) throw missingTarget(data, target, line)
      classes?.add(at, target)
      if (plan.group !== null) groups?.add(at, splitCell(data, plan.group, fields, missing, line))
      if (plan.time !== null && times !== null) {
        times[at] = readTime(
          data,
          plan.time,
          splitCell(data, plan.time, fields, missing, line),
          line,
        )
      }
      if (values !== null) values[at] = parseNumber(target) ?? Number.NaN
      for (const [position, column] of plan.numeric.entries()) {
        const text = (fields[column.index] ?? '').trim()
        if (!missing.has(text)) numeric[position * rows + at] = parseNumber(text) ?? Number.NaN
      }
      for (const [position, column] of plan.categorical.entries()) {
        const text = (fields[column.index] ?? '').trim()
        if (!missing.has(text)) texts[position]?.add(at, text)
      }
    },
  })
  const categories = keepCategories(data, plan.categorical, texts, rows)
  if (plan.numeric.length + categories.kept.length === 0) throw noFeatures(data.file)
  const ignored = [...plan.ignored, ...categories.ignored]
  const target = classes === null ? null : sortedClasses(data, classes)
  const targets = target?.codes ?? values ?? new Float64Array()
  const codes = joinColumns(
    categories.kept.map(kept => kept.codes),
    rows,
  )
  const firsts = firstOfContent(rows, contentOf(numeric, codes, rows))
  const leaks = findTargetLeaks({
    rows,
    numeric: plan.numeric.map((column, index) => ({
      name: column.name,
      values: numeric.subarray(index * rows, (index + 1) * rows),
    })),
    categorical: categories.kept.map(kept => ({ name: kept.column.name, values: kept.codes })),
    target: targets,
    classes: target?.texts.length ?? null,
  })
  return {
    kind: 'table',
    facts: {
      ...tableFacts(
        data,
        table,
        plan,
        categories.kept.length,
        ignored,
        target?.texts.length ?? null,
      ),
      ...(groups === null ? {} : { groups: groups.size }),
      duplicateRows: countTwins(firsts),
      findings: leaks.map(leak => ({ ...leak })),
    },
    schema: {
      problem: plan.problem,
      target: plan.target.name,
      classNames: target === null ? null : target.texts,
      classCounts: target === null ? null : countCodes(target.codes, target.texts.length),
      rows,
      numeric: plan.numeric.map(column => ({ name: column.name, missing: column.missing })),
      categorical: categories.kept.map(({ column, texts: names }) => ({
        name: column.name,
        missing: column.missing,
        categories: names,
      })),
      ignored: ignored.map(column => ({ ...column })),
      groupCount: groups?.size ?? null,
      time: plan.time?.name ?? null,
    },
    arrays: [
      { name: 'numeric', data: numeric, shape: [plan.numeric.length, rows] },
      {
        name: 'categorical',
        data: codes,
        shape: [categories.kept.length, rows],
      },
      { name: 'target', data: targets, shape: [rows] },
      ...(groups === null ? [] : [{ name: 'groups', data: groups.sorted().codes, shape: [rows] }]),
      ...(times === null ? [] : [{ name: 'times', data: times, shape: [rows] }]),
      ...twinArray(firsts),
    ],
  }
}

/** The features of a row as bytes. */
function contentOf(numeric: Float64Array, codes: Int32Array, rows: number) {
  const quantities = numeric.length / rows
  const categories = codes.length / rows
  const content = new DataView(new ArrayBuffer(8 * quantities + 4 * categories))
  return (row: number): Uint8Array => {
    for (let column = 0; column < quantities; column++) {
      content.setFloat64(8 * column, numeric[column * rows + row] as number)
    }
    for (let column = 0; column < categories; column++) {
      content.setInt32(8 * quantities + 4 * column, codes[column * rows + row] as number)
    }
    return new Uint8Array(content.buffer)
  }
}

/** A cell that decides where a row goes, so it must have a value. */
function splitCell(
  data: TableData,
  column: ColumnFacts,
  fields: readonly string[],
  missing: ReadonlySet<string>,
  line: number,
): string {
  const text = (fields[column.index] ?? '').trim()
  if (!missing.has(text)) return text
  throw new AppError('data.invalid', {
    path: data.file,
    field: column.name,
    value: text,
    rule: 'must have a value in every row, since it decides the split',
    line,
  })
}

function readTime(data: TableData, column: ColumnFacts, text: string, line: number): number {
  const time = parseNumber(text) ?? parseTime(text)
  if (time !== null) return time
  throw new AppError('data.invalid', {
    path: data.file,
    field: column.name,
    value: text,
    rule: 'must be a number or a time of ISO 8601, e.g. 2024-02-29 or 2024-02-29T12:30:00Z',
    line,
  })
}

interface KeptCategory {
  readonly column: ColumnFacts
  readonly texts: readonly string[]
  readonly codes: Int32Array
}

/**
 * Leaves out text columns that name rows instead of grouping them.
 * @throws AppError `data.invalid` for one that is to be used and has too many categories
 */
function keepCategories(
  { file, categorical }: TableData,
  columns: readonly ColumnFacts[],
  codes: readonly TextCodes[],
  rows: number,
): { readonly kept: KeptCategory[]; readonly ignored: IgnoredColumn[] } {
  const kept: KeptCategory[] = []
  const ignored: IgnoredColumn[] = []
  for (const [index, column] of columns.entries()) {
    const text = codes[index]
    if (text === undefined) continue
    const values = rows - column.missing
    if (text.size === values && values > fewRows && !categorical.includes(column.name)) {
      ignored.push({ name: column.name, reason: 'text that differs in every row' })
    } else if (text.size > mostCategories && categorical.includes(column.name)) {
      const rule = `categories must be at most ${String(mostCategories)} of a column; it has ${String(text.size)}`
      const field = 'objective.data.categorical'
      throw new AppError('data.invalid', { path: file, field, value: column.name, rule })
    } else if (text.size > mostCategories) {
      ignored.push({
        name: column.name,
        reason: `more than ${String(mostCategories)} different texts`,
      })
    } else kept.push({ column, ...text.sorted() })
  }
  return { kept, ignored }
}

function sortedClasses(
  data: TableData,
  classes: TextCodes,
): { readonly texts: readonly string[]; readonly codes: Int32Array } {
  if (classes.size > mostClasses) {
    throw new AppError('data.invalid', {
      path: data.file,
      field: data.target,
      value: classes.size,
      rule: `classes must be at most ${String(mostClasses)}; set problem: regression if the target is a quantity`,
    })
  }
  const sorted = classes.sorted()
  checkSpellings(data, sorted.texts)
  return sorted
}

/** A class that is written in two ways would silently be two classes. */
function checkSpellings(data: TableData, texts: readonly string[]): void {
  // Equal numbers stand side by side in the sorted list.
  for (const [index, text] of texts.entries()) {
    const number = parseNumber(text)
    const before = texts[index - 1]
    if (number === null || before === undefined || parseNumber(before) !== number) continue
    throw new AppError('data.invalid', {
      path: data.file,
      field: data.target,
      value: text,
      rule: `is the same number as ${before}, so both would be classes: write it in one way`,
    })
  }
}

function tableFacts(
  data: TableData,
  table: TableFacts,
  plan: ColumnPlan,
  categoricalColumns: number,
  ignored: readonly IgnoredColumn[],
  classes: number | null,
): NewDataset['facts'] {
  return {
    source: path.basename(data.file),
    ...(table.dialect.format === 'csv' ? { ...table.dialect } : { format: table.dialect.format }),
    problem: plan.problem,
    target: plan.target.name,
    rows: table.rows,
    numericColumns: plan.numeric.length,
    categoricalColumns,
    missingCells: table.columns.reduce((sum, column) => sum + column.missing, 0),
    ...(classes === null ? {} : { classes }),
    ignoredColumns: ignored.map(column => ({ ...column })),
    warnings: plan.warnings,
  }
}

function missingTarget(data: TableData, value: string, line: number): AppError {
  return new AppError('data.invalid', {
    path: data.file,
    field: data.target,
    value,
    rule: 'the target must have a value in every row',
    line,
  })
}

function joinColumns(columns: readonly Int32Array[], rows: number): Int32Array {
  const joined = new Int32Array(columns.length * rows)
  for (const [index, column] of columns.entries()) joined.set(column, index * rows)
  return joined
}

function countCodes(codes: Int32Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0)
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** Numbers by value, before texts by UTF-16 unit. */
function compareTexts(a: string, b: string): number {
  const [left, right] = [parseNumber(a), parseNumber(b)]
  if (left !== null && right !== null && left !== right) return left - right
  if ((left === null) !== (right === null)) return left === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}
