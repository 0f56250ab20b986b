import type { TablePreview } from '../../../src-main/core/data/table-preview.ts'
import { formatMessage } from '../../../src-main/core/data/column-format.ts'
import { isIdentifierName } from '../../../src-main/core/data/column-exclusion.ts'
import { groupEvidence, type RowSuspicion } from '../../../src-main/core/data/row-structure.ts'
import { type DatasetFinding, readFindings } from '../../../src-main/core/data/dataset.ts'
import { type MessageDescriptor, msg } from '../../../src-main/core/errors/message.ts'
import type { JsonObject } from '../../../src-main/core/values/json.ts'
import { columnsOf, type DataKeys, readingOf, withKey, withReading, withSign } from './data-keys.ts'
import { spelledDifferently } from '../../../src-main/core/data/spelling.ts'
import { ownValue } from '../../../src-main/core/values/named-values.ts'

type Column = TablePreview['columns'][number]

/** Something about a column that a person should look at, with what one click does about it. */
export interface ColumnDoubt {
  readonly message: MessageDescriptor
  /** Any of them answers the doubt; empty: nothing to do. */
  readonly remedies: readonly ColumnRemedy[]
}

/**
 * Leaves out the column, or the rows that have no target, uses the column again, merges spellings or keeps them apart, reads dates
 * with the day or the month first or as it is inferred, splits the rows by the column or by none.
 */
export type ColumnRemedy =
  | 'leaveOut'
  | 'dropRows'
  | 'useColumn'
  | 'mergeSpellings'
  | 'keepSpellings'
  | 'dayFirst'
  | 'monthFirst'
  | 'inferOrder'
  | 'splitByGroup'
  | 'splitByTime'
  | 'splitAtRandom'

/** A column without a value in more of its rows says little. */
const MOSTLY_EMPTY = 0.5
/** Of categories in several spellings, those that are named; the others are counted. */
const SHOWN_SPELLINGS = 6

/** Doubts about a column, as far as the preview and the findings know; why it is excluded, where it is. */
export function doubtsOf(
  column: Column,
  {
    data,
    rows,
    dataset,
    suspicions,
  }: {
    readonly data: DataKeys
    readonly rows: number
    readonly dataset: JsonObject | null
    /** Of the preview, which knows no target. */
    readonly suspicions: readonly RowSuspicion[]
  },
): readonly ColumnDoubt[] {
  const { name, missing, distinct, exclusion } = column
  if (name === data['target']) {
    if (missing === 0) return []
    return data['withoutTarget'] === 'drop'
      ? [{ message: msg('newStudy.doubt.rowsDropped', { count: missing }), remedies: [] }]
      : [{ message: msg('newStudy.doubt.noTarget', { count: missing }), remedies: ['dropRows'] }]
  }
  const ofSplit = splitDoubts(data, name, dataset === null ? suspicions : readFindings(dataset))
  if (decidesSplit(data, name)) return ofSplit
  if (readingOf(data, column) === 'nothing') {
    if (exclusion === null) return ofSplit
    const canBeUsed = exclusion === 'identifier' || exclusion === 'address'
    const message = msg(`preview.exclusion.${exclusion}`)
    return [...ofSplit, { message, remedies: canBeUsed ? ['useColumn'] : [] }]
  }
  const doubts: MessageDescriptor[] = []
  const leaks = dataset === null ? [] : readFindings(dataset)
  if (leaks.some(finding => finding.kind === 'targetInColumn' && finding.column === name)) {
    doubts.push(msg('newStudy.doubt.leak', { target: String(data['target']) }))
  }
  const isIdentifier = exclusion === 'identifier' || (distinct === null && isIdentifierName(name))
  if (isIdentifier) doubts.push(msg('newStudy.doubt.identifier'))
  else if (exclusion === 'address' || exclusion === 'textPerRow')
    doubts.push(msg(`preview.exclusion.${exclusion}`))
  if (missing > rows * MOSTLY_EMPTY) {
    doubts.push(msg('newStudy.doubt.missing', { share: Math.round((missing / rows) * 100) }))
  }
  const isMerged = ownValue(columnsOf(data), name)?.spelling === 'merge'
  const spellings =
    column.reading === 'category' && !isMerged ? spelledDifferently(column.values.labels) : []
  return [
    ...ofSplit,
    ...doubts.map(doubt => ({ message: doubt, remedies: ['leaveOut'] as const })),
    ...dateDoubts(data, column),
    ...(spellings.length === 0
      ? []
      : [
          {
            message: msg('newStudy.doubt.spelling', {
              pairs: spellings.slice(0, SHOWN_SPELLINGS).map(names => names.join(' / ')),
              count: spellings.length,
              others: Math.max(0, spellings.length - SHOWN_SPELLINGS),
            }),
            remedies: ['mergeSpellings'] as const,
          },
        ]),
    ...(isMerged
      ? [{ message: msg('newStudy.doubt.merged'), remedies: ['keepSpellings'] as const }]
      : []),
  ]
}

function decidesSplit(data: DataKeys, name: string): boolean {
  return data['group'] === name || data['time'] === name
}

/** Rows that hang together by the column; silent where the keys say how rows are split. */
function splitDoubts(
  data: DataKeys,
  name: string,
  findings: readonly (RowSuspicion | DatasetFinding)[],
): readonly ColumnDoubt[] {
  if (decidesSplit(data, name)) {
    const key = data['group'] === name ? 'splitByGroup' : 'splitByTime'
    return [{ message: msg(`newStudy.doubt.${key}`), remedies: ['splitAtRandom'] }]
  }
  if (data['group'] !== undefined || data['time'] !== undefined) return []
  return findings.flatMap((finding): ColumnDoubt[] => {
    if (finding.kind !== 'rowsOfGroups' && finding.kind !== 'rowsInTime') return []
    if (finding.column !== name) return []
    return finding.kind === 'rowsOfGroups'
      ? [
          {
            message: msg('newStudy.doubt.groups', groupEvidence(finding)),
            remedies: ['splitByGroup'],
          },
        ]
      : [{ message: msg('newStudy.doubt.times'), remedies: ['splitByTime'] }]
  })
}

/** Dates in digits whose order nothing decides, and those whose order a person has said. */
function dateDoubts(data: DataKeys, column: Column): readonly ColumnDoubt[] {
  const { firstUnclear = null, format } = column
  if (firstUnclear !== null) {
    const message = msg('newStudy.doubt.dateOrder', { ...firstUnclear })
    return [{ message, remedies: ['dayFirst', 'monthFirst'] }]
  }
  const { order, orders } = ownValue(columnsOf(data), column.name) ?? {}
  if (format.type !== 'time' || (order === undefined && orders === undefined)) return []
  const message = msg('newStudy.doubt.dateOrderSet', { reading: formatMessage(format) })
  return [{ message, remedies: ['inferOrder'] }]
}

/** Where all dates of the column have the sign of the unclear one, the order is that of the column; else of this sign alone. */
function withDateOrder(data: DataKeys, column: Column, order: 'DMY' | 'MDY'): DataKeys {
  const { name, firstUnclear = null, format, other } = column
  const sign = /[-./]/.exec(firstUnclear?.value ?? '')?.[0]
  const isMixed = [format, other].some(each => each?.type === 'time' && each.orders !== undefined)
  if (!isMixed || sign === undefined) return withSign(data, name, 'order', order)
  const { orders } = ownValue(columnsOf(data), name) ?? {}
  return withSign(data, name, 'orders', { ...orders, [sign]: order })
}

/** The keys after a remedy. */
export function remedied(data: DataKeys, column: Column, remedy: ColumnRemedy): DataKeys {
  if (remedy === 'splitByGroup') return withKey(data, 'group', column.name)
  if (remedy === 'splitByTime') return withKey(data, 'time', column.name)
  if (remedy === 'splitAtRandom')
    return ['group', 'time', 'embargo'].reduce<DataKeys>(
      (keys, name) => withKey(keys, name, undefined),
      data,
    )
  if (remedy === 'dropRows') return withKey(data, 'withoutTarget', 'drop')
  if (remedy === 'dayFirst') return withDateOrder(data, column, 'DMY')
  if (remedy === 'monthFirst') return withDateOrder(data, column, 'MDY')
  if (remedy === 'inferOrder') {
    const withoutOrder = withSign(data, column.name, 'order', undefined)
    return withSign(withoutOrder, column.name, 'orders', undefined)
  }
  if (remedy === 'mergeSpellings') return withSign(data, column.name, 'spelling', 'merge')
  if (remedy === 'keepSpellings') return withSign(data, column.name, 'spelling', undefined)
  return withReading(data, column, remedy === 'leaveOut' ? 'nothing' : column.reading)
}

/** The keys with every column left out that the preview proposes to leave out; constant and empty ones are not used anyway. */
export function withProposedExclusions(data: DataKeys, columns: readonly Column[]): DataKeys {
  return columns
    .filter(({ reading, exclusion }) => reading !== 'nothing' && exclusion !== null)
    .reduce((keys, column) => withReading(keys, column, 'nothing'), data)
}

/** The keys with another target: it is used, and rows without one are left out unless the file says otherwise. */
export function withTarget(data: DataKeys, column: Column): DataKeys {
  const { name, missing, reading } = column
  const isExcluded = readingOf(data, column) === 'nothing' && reading !== 'nothing'
  const keys = withKey(isExcluded ? withReading(data, column, reading) : data, 'target', name)
  if (keys['withoutTarget'] === 'refuse') return keys
  return withKey(keys, 'withoutTarget', missing > 0 ? 'drop' : undefined)
}
