import type { ColumnType } from './column-format.ts'

/** Why a column is proposed to be left out of the features. */
export type ExclusionReason = 'identifier' | 'address' | 'textPerRow' | 'constant' | 'empty'

/** What a proposal is made from. */
interface ExclusionEvidence {
  readonly name: string
  readonly type: ColumnType
  /** All of its numbers are whole. */
  readonly whole: boolean
  /** A category although most of its values look like numbers. */
  readonly looksNumeric: boolean
  /** Values of a sample of the rows, trimmed, in the order of the file; without missing ones. */
  readonly values: readonly string[]
  /** Of the whole file. */
  readonly rows: number
  readonly missing: number
  /** Different values, as far as they are counted; null for more. */
  readonly distinct: number | null
}

/** Values of no more rows may all differ by chance. */
const FEW_ROWS = 20
/** Share of values that are addresses of people or pages. */
const MOSTLY_ADDRESSES = 0.9
/** Share of values that differ, of a column with the name of a key: rows may be there twice. */
const MOSTLY_DIFFERENT = 0.95
/** Names that people give to what only tells rows apart. */
const identifierName =
  /^(?:id|uuid|guid|index|nr|no|key|row|rowid|序号|编号|主键)$|[_ -](?:id|uuid|guid|nr|key)$/i
const camelIdentifier = /[a-z]I[dD]$/
const address = /^(?:mailto:)?[^\s@/]+@[^\s@]+\.[^\s@]+$|^https?:\/\/\S+$/i

/** Whether a name is one that people give to what only tells rows apart. */
export function isIdentifierName(name: string): boolean {
  return identifierName.test(name) || camelIdentifier.test(name)
}

/**
 * Whether a column is proposed to be left out: numbers and texts that only tell rows apart, addresses of people and pages, texts that
 * differ in every row, and columns that say nothing.
 * @returns null: it is used
 */
export function exclusionReason(evidence: ExclusionEvidence): ExclusionReason | null {
  const { name, type, whole, looksNumeric, values, rows, missing, distinct } = evidence
  if (missing === rows) return 'empty'
  if (distinct === 1 && missing === 0) return 'constant'
  if (values.length <= FEW_ROWS || type === 'time' || type === 'boolean') return null
  if (type === 'category') {
    const addresses = values.filter(value => address.test(value)).length
    if (addresses >= MOSTLY_ADDRESSES * values.length) return 'address'
  }
  const different = new Set(values).size
  const isCode = type === 'category' || whole
  if (isCode && isIdentifierName(name) && different >= MOSTLY_DIFFERENT * values.length)
    return 'identifier'
  if (different < values.length) return null
  if (type === 'category') {
    if (values.some(value => /\p{L}\s|\s\p{L}/u.test(value))) return 'textPerRow'
    // One text among numbers makes a category of them all.
    return looksNumeric ? null : 'identifier'
  }
  return whole && countsUp(values) ? 'identifier' : null
}

/** As row numbers and the keys of a database do, by the same step from row to row. */
function countsUp(values: readonly string[]): boolean {
  const numbers = values.map(Number)
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0)
  return (
    step > 0 && numbers.every((value, row) => row === 0 || value - (numbers[row - 1] ?? 0) === step)
  )
}
