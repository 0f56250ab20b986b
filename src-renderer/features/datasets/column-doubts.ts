import type { TablePreview } from '../../../src-main/core/data/table-preview.ts'
import { readFindings } from '../../../src-main/core/data/dataset.ts'
import { type MessageDescriptor, msg } from '../../../src-main/core/errors/message.ts'
import type { JsonObject } from '../../../src-main/core/values/json.ts'
import { type DataKeys, readingOf, withKey, withReading } from './data-keys.ts'

type Column = TablePreview['columns'][number]

/** Something about a column that a person should look at, with what one click does about it. */
export interface ColumnDoubt {
  readonly message: MessageDescriptor
  /** Leaves out the column, or the rows that have no target. */
  readonly remedy: 'leaveOut' | 'dropRows'
}

/** A column without a value in more of its rows says little. */
const MOSTLY_EMPTY = 0.5
/** Names that people give to what only tells rows apart. */
const identifier =
  /^(id|uuid|guid|index|nr|no|key|row|rowid|序号|编号|主键)$|[_ -](id|uuid|nr|key)$|Id$/i

/** Doubts about a column that is used, as far as the preview and the findings know. */
export function doubtsOf(
  column: Column,
  {
    data,
    rows,
    dataset,
  }: { readonly data: DataKeys; readonly rows: number; readonly dataset: JsonObject | null },
): readonly ColumnDoubt[] {
  const { name, missing, distinct } = column
  if (name === data['target']) {
    if (missing === 0 || data['withoutTarget'] === 'drop') return []
    return [{ message: msg('newStudy.doubt.noTarget', { count: missing }), remedy: 'dropRows' }]
  }
  if (readingOf(data, column) === 'nothing') return []
  const doubts: MessageDescriptor[] = []
  const leaks = dataset === null ? [] : readFindings(dataset)
  if (leaks.some(finding => finding.kind === 'targetInColumn' && finding.column === name)) {
    doubts.push(msg('newStudy.doubt.leak', { target: String(data['target']) }))
  }
  if (distinct === null && identifier.test(name)) doubts.push(msg('newStudy.doubt.identifier'))
  if (missing > rows * MOSTLY_EMPTY) {
    doubts.push(msg('newStudy.doubt.missing', { share: Math.round((missing / rows) * 100) }))
  }
  return doubts.map(doubt => ({ message: doubt, remedy: 'leaveOut' }))
}

/** The keys after a remedy. */
export function remedied(data: DataKeys, column: Column, remedy: ColumnDoubt['remedy']): DataKeys {
  return remedy === 'dropRows'
    ? withKey(data, 'withoutTarget', 'drop')
    : withReading(data, column, 'nothing')
}
