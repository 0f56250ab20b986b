import type { MessageKey } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type {
  Block,
  DescriptionList,
  Fold,
  Heading,
  Inline,
  List,
  Paragraph,
  Piece,
  Table,
  TableColumn,
} from './blocks.ts'

export function heading(text: Inline): Heading {
  return { kind: 'heading', text }
}

export function paragraph(text: Inline, role?: Paragraph['role']): Paragraph {
  return role === undefined ? { kind: 'paragraph', text } : { kind: 'paragraph', text, role }
}

/** Why a section has nothing to show. */
export function nothing(reason: string): Paragraph {
  return paragraph(reason, 'nothing')
}

/** A sentence below what it is about; nothing for null. */
export function note(text: string | null): Paragraph[] {
  return text === null ? [] : [paragraph(text, 'note')]
}

/** How many are shown, where that is not all. */
export function showing(t: Translate, shownCount: number, count: number): Paragraph[] {
  return note(shownCount < count ? t('report.note.showing', { shown: shownCount, count }) : null)
}

export function list(ordered: boolean, items: readonly Inline[]): List {
  return { kind: 'list', ordered, items }
}

/** Names and their values; null and an empty list are no value. */
export function descriptionList(items: readonly (readonly [string, Inline])[]): DescriptionList {
  return {
    kind: 'descriptionList',
    items: items.filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  }
}

export function fold(title: string, blocks: readonly Block[]): Fold {
  return { kind: 'fold', title, blocks }
}

type ColumnName<Key = MessageKey> = Key extends `report.column.${infer Name}` ? Name : never

/** A title under `report.column` of the catalog, with `#` before it where the column holds numbers; or one of its own. */
export type Column = ColumnName | `#${ColumnName}` | TableColumn

/** @param roleOf of each row, by its index */
export function table(
  t: Translate,
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly Inline[])[],
  roleOf?: (row: number) => NonNullable<Table['rowRoles']>[number],
): Table {
  return {
    kind: 'table',
    label,
    columns: columns.map(column => {
      if (typeof column !== 'string') return column
      const name = column.replace('#', '') as ColumnName
      return { title: t(`report.column.${name}`), numeric: column.startsWith('#') }
    }),
    rows,
    ...(roleOf === undefined ? {} : { rowRoles: rows.map((_, row) => roleOf(row)) }),
  }
}

/** A name as the study file writes it. */
export function code(text: string): Piece {
  return { kind: 'code', text }
}

/** Parts that stand below one another; of none, nothing. */
export function lines(parts: readonly Inline[], { areNotes = false } = {}): Piece | null {
  return parts.length === 0 ? null : { kind: 'lines', lines: parts, areNotes }
}

/** A link to the row of a trial in the table of all trials. */
export function trialLink({ number }: { readonly number: number }, text?: string): Piece {
  return { kind: 'trialLink', trial: number, text: text ?? String(number) }
}
