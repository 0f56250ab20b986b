import { isIdentifierName } from '../core/data/column-exclusion.ts'
import { unknownName } from '../core/values/closest-name.ts'
import { type ColumnSettings, remarkMessages } from '../core/data/column-format.ts'
import { type MessageDescriptor, msg } from '../core/errors/message.ts'
import type { TableData, TableProblem } from '../core/data/data-settings.ts'
import { AppError } from '../core/errors/errors.ts'
import { inferredProblem } from '../core/data/inferred-problem.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { DISTINCT_LIMIT, type ColumnInspection, type TableInspection } from './inspect-columns.ts'

/** A column that is not used, and why. */
export interface IgnoredColumn {
  readonly name: string
  readonly reason: MessageDescriptor
}

/** Which columns become what. */
export interface ColumnPlan {
  readonly target: ColumnInspection
  /** Columns that decide the split; null without one. */
  readonly group: ColumnInspection | null
  readonly time: ColumnInspection | null
  readonly problem: TableProblem
  readonly numeric: readonly ColumnInspection[]
  readonly categorical: readonly ColumnInspection[]
  readonly ignored: readonly IgnoredColumn[]
  /** Columns that look odd but were kept. */
  readonly warnings: readonly MessageDescriptor[]
}

/** The settings of columns, by name: the lists `numeric` and `categorical` say a type. */
export function columnSettings(
  data: Pick<TableData, 'columns' | 'categorical' | 'numeric'>,
): ReadonlyMap<string, ColumnSettings> {
  const settings = new Map<string, ColumnSettings>(Object.entries(data.columns))
  for (const name of data.numeric) settings.set(name, { ...settings.get(name), type: 'number' })
  for (const name of data.categorical)
    settings.set(name, { ...settings.get(name), type: 'category' })
  return settings
}

/**
 * Decides what each column is: numbers, times or true and false only → numeric; else, or if the settings say so →
 * categorical; constant or empty → ignored.
 * @throws AppError `data.invalid` for names that are no columns and for a target that cannot be predicted
 */
export function planColumns(data: TableData, table: TableInspection): ColumnPlan {
  const byName = new Map(table.columns.map(column => [column.name, column]))
  const target = checkName(data, byName, 'target', data.target)
  const ignore = new Set(data.ignore.map(name => checkName(data, byName, 'ignore', name).name))
  const named = new Set([
    ...data.categorical.map(name => checkName(data, byName, 'categorical', name).name),
    ...Object.entries(data.columns)
      .filter(([, { type }]) => type === 'category')
      .map(([name]) => name),
  ])
  const numbers = new Set(
    data.numeric.map(name => checkNumbers(data, checkName(data, byName, 'numeric', name), named)),
  )
  for (const [name, { type, spelling }] of Object.entries(data.columns)) {
    const column = checkName(data, byName, 'columns', name)
    checkFormat(data, column, type)
    const isText = ['category', 'boolean'].includes(column.reading.format.type)
    if (spelling === 'merge' && !isText) checkFormat(data, column, 'category')
  }
  if (ignore.has(target.name))
    throw invalidData(data.file, 'objective.data.ignore', target.name, msg('rule.notTarget'))
  for (const setting of ['categorical', 'numeric'] as const) {
    for (const name of data[setting]) checkUsable(data, byName, setting, name, table.rows)
  }
  const group = checkSplitColumn(data, byName, target, 'group')
  const time = checkSplitColumn(data, byName, target, 'time')
  const numeric: ColumnInspection[] = []
  const categorical: ColumnInspection[] = []
  const ignored: IgnoredColumn[] = []
  const warnings: MessageDescriptor[] = []
  for (const column of table.columns) {
    if (column === target) continue
    const { name, missing, distinct, reading } = column
    const isSplit = column === group || column === time
    const isAsked = named.has(name) || numbers.has(name) || Object.hasOwn(data.columns, name)
    const reason = isSplit
      ? 'decidesSplit'
      : ignore.has(name)
        ? looksLikeIdentifier(column, table.rows)
          ? 'identifier'
          : 'named'
        : missing === table.rows
          ? 'empty'
          : distinct.size === 1 && missing === 0 && !isAsked
            ? 'constant'
            : null
    if (reason !== null) ignored.push({ name, reason: msg(`dataset.ignored.${reason}`) })
    else (reading.format.type === 'category' ? categorical : numeric).push(column)
    if (!isSplit && !ignore.has(name)) warnings.push(...columnWarnings(column, table.rows))
    if (isSplit || reason === null) warnings.push(...spellingWarnings(column))
    if (reason === null && !isAsked) warnings.push(...codeWarnings(column))
  }
  if (numeric.length + categorical.length === 0) throw noFeatures(data.file)
  const problem = chooseProblem(data, target)
  if (problem === 'classification' && target.reading.looksNumeric)
    warnings.push(...columnWarnings(target, table.rows))
  warnings.push(...spellingWarnings(target))
  return { target, group, time, problem, numeric, categorical, ignored, warnings }
}

/** Share of values that differ, of a column with the name of a key: rows may be there twice. */
const MOSTLY_DIFFERENT = 0.95

/** Whether a column only tells rows apart: it has the name of a key and differing values, or counts the rows. */
function looksLikeIdentifier(
  { name, distinct, missing, counting }: ColumnInspection,
  rows: number,
): boolean {
  const differs =
    distinct.size > DISTINCT_LIMIT || distinct.size >= MOSTLY_DIFFERENT * (rows - missing)
  return counting || (isIdentifierName(name) && differs)
}

export function noFeatures(path: string): AppError {
  return invalidData(path, 'columns', 0, msg('rule.noFeatures'))
}

function checkName(
  data: TableData,
  columns: ReadonlyMap<string, ColumnInspection>,
  setting: 'target' | 'ignore' | 'categorical' | 'numeric' | 'columns' | 'group' | 'time',
  name: string,
): ColumnInspection {
  const column = columns.get(name)
  if (column !== undefined) return column
  const names = [...columns.keys()]
  throw invalidData(
    data.file,
    `objective.data.${setting}`,
    name,
    unknownName('column', name, names),
  )
}

/** A column that the settings say the kind of is used, so it must be one that can be. */
function checkUsable(
  data: TableData,
  columns: ReadonlyMap<string, ColumnInspection>,
  setting: 'categorical' | 'numeric',
  name: string,
  rows: number,
): void {
  const rule = data.ignore.includes(name)
    ? msg('rule.notInBoth', { other: 'objective.data.ignore' })
    : columns.get(name)?.missing === rows
      ? msg('rule.someRow')
      : null
  if (rule === null) return
  throw invalidData(data.file, `objective.data.${setting}`, name, rule)
}

/** The column that `group` or `time` names, which must not be the target. */
function checkSplitColumn(
  data: TableData,
  columns: ReadonlyMap<string, ColumnInspection>,
  target: ColumnInspection,
  setting: 'group' | 'time',
): ColumnInspection | null {
  const name = data[setting]
  if (name === undefined) return null
  const column = checkName(data, columns, setting, name)
  if (column !== target) return column
  throw invalidData(data.file, `objective.data.${setting}`, name, msg('rule.notTarget'))
}

/** A column that the settings call numeric holds nothing but numbers. */
function checkNumbers(
  data: TableData,
  column: ColumnInspection,
  categorical: ReadonlySet<string>,
): string {
  const { name, firstText } = column
  if (categorical.has(name)) {
    const rule = msg('rule.notInBoth', { other: 'objective.data.categorical' })
    throw invalidData(data.file, 'objective.data.numeric', name, rule)
  }
  if (firstText !== null)
    throw invalidData(data.file, name, firstText.value, msg('rule.numericColumn'), firstText.line)
  return name
}

/** A column with a type is one that can be read so. */
function checkFormat(
  data: TableData,
  { name, reading, firstText, firstValue }: ColumnInspection,
  type: ColumnSettings['type'],
): void {
  if (type === undefined || type === reading.format.type) return
  const oddTime = type === 'time' ? reading.firstOddTime : null
  // A column of numbers has no text among them.
  const { value, line } = oddTime ?? firstText ?? firstValue ?? { value: '', line: undefined }
  throw invalidData(data.file, name, value, msg('rule.columnType', { type }), line)
}

function columnWarnings(column: ColumnInspection, rows: number): readonly MessageDescriptor[] {
  const { name, missing, texts, counting, firstText, reading } = column
  if (counting && rows > DISTINCT_LIMIT) return [msg('dataset.warning.counts', { column: name })]
  return remarkMessages({ ...reading, name, texts, firstText }, rows - missing)
}

/** Spellings that are named; the others are counted. */
const SHOWN_SPELLINGS = 6

function spellingWarnings({ name, spellings }: ColumnInspection): readonly MessageDescriptor[] {
  const replaced = spellings?.replaced() ?? []
  if (replaced.length === 0) return []
  return [
    msg('dataset.warning.merged', {
      column: name,
      spellings: replaced.slice(0, SHOWN_SPELLINGS).map(({ text, by }) => `${text} → ${by}`),
      others: Math.max(0, replaced.length - SHOWN_SPELLINGS),
    }),
  ]
}

/** Names of columns that hold codes of digits. */
const codeName = /^(?:zip|postal|post|plz|postleitzahl|cep|pin)(?:[ _-]?codes?)?$/i

/** Codes are read as numbers, between which distances mean little. */
function codeWarnings({ name, reading, whole, firstCode, firstValue }: ColumnInspection) {
  if (reading.format.type !== 'number' || !whole) return []
  const code = firstCode ?? (codeName.test(name) ? firstValue : null)
  if (code === null) return []
  return [msg('dataset.warning.code', { column: name, value: code.value, line: code.line })]
}

function chooseProblem(data: TableData, target: ColumnInspection): TableProblem {
  const few = target.distinct.size <= DISTINCT_LIMIT
  const problem =
    data.problem !== 'auto'
      ? data.problem
      : inferredProblem({
          type: target.reading.format.type,
          whole: target.whole,
          distinct: few ? target.distinct.size : null,
        })
  const fail = (value: string | number, rule: MessageDescriptor, line?: number) =>
    invalidData(data.file, target.name, value, rule, line)
  if (problem === 'regression' && target.reading.format.type !== 'number') {
    const { value, line } = target.firstText ?? { value: '', line: undefined }
    throw fail(value, msg('rule.regressionTarget'), line)
  }
  if (target.distinct.size < 2)
    throw fail(target.distinct.size, msg('rule.differentValues', { count: 2 }))
  return problem
}
