import type { ColumnFormat } from './column-format.ts'
import { isIdentifierName } from './column-exclusion.ts'
import { z } from 'zod'
import { type MessageDescriptor, msg } from '../errors/message.ts'

export const rowsOfGroupsSchema = z.strictObject({
  kind: z.literal('rowsOfGroups'),
  /** Its values name what rows belong to. */
  column: z.string(),
  values: z.int(),
  /** Rows of a value on average. */
  rowsEach: z.number(),
  /** Intraclass correlation of the target; null where the target is not known or nothing is sure. */
  alike: z.number().nullable(),
})

export const rowsInTimeSchema = z.strictObject({
  kind: z.literal('rowsInTime'),
  /** Its values say when a row was. */
  column: z.string(),
  values: z.int(),
  /** The rows of the file run along it. */
  isSorted: z.boolean(),
})

/** How often the values of a column come. */
export interface RepeatedValues {
  /** Different values; estimated where there are more than are counted. */
  readonly distinct: number
  /** Rows of each value that was counted: of all, or of a share of them that chance decides. */
  readonly sizes: readonly number[]
  /** Runs of the same value from row to row. */
  readonly runs: number
}

/** How the target lies over the values of a column. */
export interface TargetByValue {
  /** Intraclass correlation: 0 where rows of a value are no more alike than others, 1 where they are equal. */
  readonly alike: number
  /** More than chance explains. */
  readonly isSure: boolean
  /**
   * How far the means of neighboring values differ, against what they would without any order: 1 for the names of things, near 0 where the target
   * follows the quantity. Null for texts, which have no neighbors.
   */
  readonly roughness: number | null
}

/** What a column shows of the structure of the rows. */
export interface StructureEvidence {
  readonly name: string
  readonly format: ColumnFormat
  readonly whole: boolean
  readonly missing: number
  readonly rows: number
  /** Null for a column that names nothing: broken numbers, long texts. */
  readonly repeats: RepeatedValues | null
  /** Texts of a sample of the rows in the order of the file. */
  readonly texts: readonly string[]
  /** The same as numbers; NaN where they are none. */
  readonly numbers: readonly number[]
}

/** A reason to believe that rows belong together, so that a random split would measure too well. */
export type RowSuspicion = Readonly<z.output<typeof rowsOfGroupsSchema | typeof rowsInTimeSchema>>

/** The line under `data` of a study file that splits the rows accordingly. */
function splitLine({ kind, column }: RowSuspicion): string {
  const key = kind === 'rowsOfGroups' ? 'group' : 'time'
  return `${key}: ${plainName.test(column) && !yamlWord.test(column) ? column : JSON.stringify(column)}`
}

/** What YAML reads as a text without quotes, but for the words that it reads as yes, no or nothing. */
const plainName = /^[\p{L}_][\p{L}\d_-]*$/u
const yamlWord = /^(?:y|n|yes|no|on|off|true|false|null)$/i

export function suspicionMessage(suspicion: RowSuspicion): MessageDescriptor {
  const line = splitLine(suspicion)
  if (suspicion.kind === 'rowsInTime') {
    const { column, values, isSorted } = suspicion
    return msg('finding.rowsInTime', { column, values, sorted: String(isSorted), line })
  }
  return msg('finding.rowsOfGroups', {
    column: suspicion.column,
    line,
    ...groupEvidence(suspicion),
  })
}

/** What a message says of groups. */
export function groupEvidence({ values, rowsEach, alike }: z.output<typeof rowsOfGroupsSchema>): {
  readonly values: number
  readonly rowsEach: number
  readonly known: 'yes' | 'no'
  readonly alike: number
} {
  return { values, rowsEach, known: alike === null ? 'no' : 'yes', alike: alike ?? 0 }
}

/** With fewer rows, anything may be chance. */
const MIN_ROWS = 40
/** Values of a column that has the name of something rows belong to; of any other one. */
const MIN_NAMED_GROUPS = 6
const MIN_GROUPS = 12
/** Share of the rows whose value comes again. */
const MOSTLY_REPEATED = 0.9
/** The largest value has no more of the rows. */
const MAX_LARGEST = 0.5
/** Variance of the rows of a value over their mean: 1 where chance deals them out, 0 where all values have as many. */
const REGULAR = 0.25
/** Runs over values: 1 where all rows of a value stand together. */
const TOGETHER = 1.2
/** Share of a sample of texts that are written alike. */
const MOSTLY_ALIKE = 0.9
/** Where the target says whether a column names groups: what it has to show at least. */
const MIN_ALIKE = 0.1
const MIN_ROUGHNESS = 0.5
/** Steps from row to row that do not go back. */
const MOSTLY_SORTED = 0.98
/** Different times, and those that whole numbers have. */
const MIN_TIMES = 12
const MIN_YEARS = 5
/** Years that are written with four digits and were written down; other whole numbers lie between them, too, but not in order. */
const FIRST_YEAR = 1500
const LAST_YEAR = 2200

const groupNouns = [
  'account|animal|athlete|batch|client|clinic|company|customer|device|donor|driver|employee|engine|family|firm|group|hospital|household|individual|lot',
  'machine|member|participant|patient|person|player|rider|school|sensor|session|shop|site|speaker|station|store|student|subject|subj|unit|user|worker',
  'charge|filiale|gerät|haushalt|kunde|kundin|maschine|mitarbeiter|proband|schule|schüler|sprecher|teilnehmer',
  'cliente|paciente|sujeto|tienda|usuario|máquina|élève|magasin|sujet|utilisateur',
].join('|')
const groupName = new RegExp(
  `^(?:(?:${groupNouns})s?(?:[ _.#-]?(?:id|no|nr|num|number|name|code|key))?|(?:id|nr|no)[ _.-](?:${groupNouns}))[#.]?$`,
  'i',
)
const chineseGroupName =
  /^(?:患者|病人|用户|客户|顾客|会员|机器|设备|受试者|被试|学生|门店|店铺|家庭|员工|司机|传感器|站点|批次)(?:id|编号|号|代码|名称)?$/i
const timeName =
  /^(?:date|time|timestamp|datetime|ts|epoch|when|day|week|month|year|quarter|period|jahr|datum|zeit|zeitpunkt|zeitstempel|monat|woche|tag|fecha|año|mes|semana|année|heure|日期|时间|年份|年|月份|时间戳)$|(?:_|[ -])(?:date|time|timestamp|datum|at)$|[a-z](?:Date|Time|Timestamp)$/i
/** When somebody was born or something made is a quality of it, not when its row came to be. */
const birthName =
  /birth|born|dob|geburt|naissance|nacimiento|built|founded|model[ _]?year|生日|出生/i

/** Columns whose values may name what rows belong to; the target decides about those without a name that says it. */
export function groupCandidates(columns: readonly StructureEvidence[]): readonly {
  readonly column: StructureEvidence
  /** Whether the name of the column is enough. */
  readonly isNamed: boolean
}[] {
  return columns.flatMap(column => {
    if (!mayName(column)) return []
    const isNamed = isGroupName(column.name)
    const { distinct } = column.repeats ?? { distinct: 0 }
    if (distinct < (isNamed ? MIN_NAMED_GROUPS : MIN_GROUPS)) return []
    return isNamed || looksLikeNames(column) ? [{ column, isNamed }] : []
  })
}

function isGroupName(name: string): boolean {
  // `PatientId` and `patientNumber`, as programs write them.
  const words = name.trim().replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
  return groupName.test(words) || chineseGroupName.test(words)
}

/** Values that could name anything: whole numbers or texts, each in several rows, none in most of them. */
function mayName({ format, whole, missing, rows, repeats }: StructureEvidence): boolean {
  const isName = format.type === 'category' || (format.type === 'number' && whole)
  if (!isName || missing > 0 || rows < MIN_ROWS || repeats === null) return false
  const counted = sum(repeats.sizes)
  const repeated = sum(repeats.sizes.filter(size => size > 1))
  return (
    repeated >= MOSTLY_REPEATED * counted &&
    Math.max(...repeats.sizes) <= MAX_LARGEST * rows &&
    repeats.distinct <= rows / 2
  )
}

/** Dealt out as no quality of a thing is: all values have as many rows, or stand together; or they are written as codes are. */
function looksLikeNames({ name, format, rows, repeats, texts }: StructureEvidence): boolean {
  if (repeats === null) return false
  const mean = rows / repeats.distinct
  const variance =
    sum(repeats.sizes.map(size => (size - mean) ** 2)) / Math.max(1, repeats.sizes.length - 1)
  const isRegular = variance <= REGULAR * mean
  const standsTogether = repeats.runs <= TOGETHER * repeats.distinct
  const isCode = format.type === 'category' && areCodes(texts)
  return isRegular || standsTogether || isCode || isIdentifierName(name)
}

/** `P-017`, `user12`: letters and digits, all in the same pattern. */
function areCodes(texts: readonly string[]): boolean {
  const patterns = new Map<string, number>()
  for (const text of texts) {
    const pattern = text.replaceAll(/\p{L}+/gu, 'A').replaceAll(/\d+/g, '9')
    if (pattern.includes('A') && pattern.includes('9') && !/\s/.test(pattern))
      patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1)
  }
  return Math.max(0, ...patterns.values()) >= MOSTLY_ALIKE * texts.length
}

/**
 * Columns by which rows hang together. At most one column of times is named, the likeliest; groups with the most alike rows first.
 * @param byColumn the target over the values of candidates; null where no target is known: names alone count then
 */
export function suspectStructure(
  columns: readonly StructureEvidence[],
  byColumn: ReadonlyMap<string, TargetByValue> | null,
): readonly RowSuspicion[] {
  const groups = groupCandidates(columns).flatMap(({ column, isNamed }): RowSuspicion[] => {
    const target = byColumn?.get(column.name)
    const { distinct } = column.repeats ?? { distinct: 1 }
    const isRough = (target?.roughness ?? 1) >= MIN_ROUGHNESS
    const isAlike = target?.isSure === true && target.alike >= MIN_ALIKE && isRough
    if (!isNamed && !isAlike) return []
    return [
      {
        kind: 'rowsOfGroups',
        column: column.name,
        values: distinct,
        rowsEach: Math.round((10 * column.rows) / distinct) / 10,
        alike: target?.isSure === true ? Math.round(target.alike * 100) / 100 : null,
      },
    ]
  })
  return [...groups, ...suspectTime(columns)]
}

function suspectTime(columns: readonly StructureEvidence[]): readonly RowSuspicion[] {
  const candidates = columns.flatMap(column => {
    const { name, missing, rows, numbers, format } = column
    if (missing > 0 || rows < MIN_ROWS || birthName.test(name)) return []
    if (!numbers.every(Number.isFinite)) return []
    const values = new Set(numbers).size
    const isSorted = isMonotonic(numbers)
    const isNamed = timeName.test(name.trim())
    const isDate = format.type === 'time' && format.order !== 'clock'
    const enough =
      values >= (isYears(column) && isNamed ? MIN_YEARS : MIN_TIMES) &&
      (isDate || (looksLikeTime(column) && (isNamed || isSorted)))
    return enough ? [{ column, values, isSorted, isNamed, isDate }] : []
  })
  const rank = ({ isSorted, isNamed, isDate }: (typeof candidates)[number]) =>
    4 * Number(isDate) + 2 * Number(isSorted) + Number(isNamed)
  const [likeliest] = candidates.toSorted((a, b) => rank(b) - rank(a))
  if (likeliest === undefined) return []
  const { column, isSorted } = likeliest
  const values = column.repeats?.distinct ?? likeliest.values
  return [{ kind: 'rowsInTime', column: column.name, values, isSorted }]
}

/** Whole numbers that are years, months or days as `20240131`, seconds or milliseconds since 1970. */
function looksLikeTime(column: StructureEvidence): boolean {
  const { numbers } = column
  if (column.format.type !== 'number' || !column.whole) return false
  const within = (low: number, high: number) =>
    numbers.every(value => value >= low && value <= high)
  return (
    isYears(column) ||
    numbers.every(isCompactDate) ||
    numbers.every(value => isCompactDate(100 * value + 1)) ||
    within(3e8, 4e9) ||
    within(3e11, 4e12)
  )
}

function isYears({ format, whole, numbers }: StructureEvidence): boolean {
  return (
    format.type === 'number' &&
    whole &&
    numbers.every(value => value >= FIRST_YEAR && value <= LAST_YEAR)
  )
}

function isCompactDate(value: number): boolean {
  const [year, month, day] = [
    Math.floor(value / 10_000),
    Math.floor(value / 100) % 100,
    value % 100,
  ]
  return (
    year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= 31
  )
}

/** Rises or falls from row to row, a few rows aside. */
function isMonotonic(numbers: readonly number[]): boolean {
  const steps = numbers.slice(1).map((value, at) => value - (numbers[at] as number))
  const least = MOSTLY_SORTED * steps.length
  return (
    steps.filter(step => step >= 0).length >= least ||
    steps.filter(step => step <= 0).length >= least
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
