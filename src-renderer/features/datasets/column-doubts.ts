import type { TablePreview } from '../../../src-main/core/data/table-preview.ts'
import { isIdentifierName } from '../../../src-main/core/data/column-exclusion.ts'
import { readFindings } from '../../../src-main/core/data/dataset.ts'
import { type MessageDescriptor, msg } from '../../../src-main/core/errors/message.ts'
import type { JsonObject } from '../../../src-main/core/values/json.ts'
import { type DataKeys, readingOf, withKey, withReading } from './data-keys.ts'

type Column = TablePreview['columns'][number]

/** Something about a column that a person should look at, with what one click does about it. */
export interface ColumnDoubt {
  readonly message: MessageDescriptor
  /** Leaves out the column, or the rows that have no target, or uses the column again; null: nothing to do. */
  readonly remedy: 'leaveOut' | 'dropRows' | 'useColumn' | null
}

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
  }: { readonly data: DataKeys; readonly rows: number; readonly dataset: JsonObject | null },
): readonly ColumnDoubt[] {
  const { name, missing, distinct, exclusion } = column
  if (name === data['target']) {
    if (missing === 0) return []
    return data['withoutTarget'] === 'drop'
      ? [{ message: msg('newStudy.doubt.rowsDropped', { count: missing }), remedy: null }]
      : [{ message: msg('newStudy.doubt.noTarget', { count: missing }), remedy: 'dropRows' }]
  }
  if (readingOf(data, column) === 'nothing') {
    if (exclusion === null) return []
    const canBeUsed = exclusion === 'identifier' || exclusion === 'address'
    const message = msg(`preview.exclusion.${exclusion}`)
    return [{ message, remedy: canBeUsed ? 'useColumn' : null }]
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
  const spellings = column.reading === 'category' ? spelledDifferently(column.values.labels) : []
  return [
    ...doubts.map(doubt => ({ message: doubt, remedy: 'leaveOut' as const })),
    ...(spellings.length === 0
      ? []
      : [
          {
            message: msg('newStudy.doubt.spelling', {
              pairs: spellings.slice(0, SHOWN_SPELLINGS).map(names => names.join(' / ')),
              count: spellings.length,
              others: Math.max(0, spellings.length - SHOWN_SPELLINGS),
            }),
            remedy: null,
          },
        ]),
  ]
}

/** Categories that differ from one another in case and blanks alone, by what they share. */
function spelledDifferently(labels: readonly string[]): readonly (readonly string[])[] {
  const bySpelling = new Map<string, string[]>()
  for (const label of labels) {
    const plain = label.toLowerCase().replaceAll(/\s+/g, '')
    bySpelling.set(plain, [...(bySpelling.get(plain) ?? []), label])
  }
  return [...bySpelling.values()].filter(names => names.length > 1)
}

/** The keys after a remedy. */
export function remedied(
  data: DataKeys,
  column: Column,
  remedy: NonNullable<ColumnDoubt['remedy']>,
): DataKeys {
  if (remedy === 'dropRows') return withKey(data, 'withoutTarget', 'drop')
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
