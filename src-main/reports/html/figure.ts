import { markup, trusted, type Fragment, type Markup } from './markup.ts'
import type { MessageKey } from '../../core/i18n/message.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { SectionDefinition } from './section-definition.ts'

export interface FigureParts {
  readonly chart: Markup
  /** One sentence that says what the chart shows. */
  readonly summary: string
  readonly legend?: Fragment
  /** Sentences on what the chart leaves out or does to the data. */
  readonly notes?: readonly string[]
  /** False for drawings that shrink with the page instead of scrolling. */
  readonly scroll?: boolean
  /** The figures behind the chart; folded away until asked for. */
  readonly table: Markup
}

/** A chart with its sentence, its legend, its notes and the table of its figures. */
export function figure(t: Translate, parts: FigureParts): Markup {
  return markup`<figure>
<div class="plot${parts.scroll === false ? ' spread' : null}"><figcaption>${parts.summary}</figcaption>
${parts.legend}
${parts.scroll === false ? parts.chart : scrollable(parts.summary, parts.chart)}
${(parts.notes ?? []).map(note)}</div>
<details><summary>${t('report.figure.table')}</summary>${parts.table}</details>
</figure>`
}

/** Wide content scrolls in its own box; the box takes the keyboard focus so that arrow keys work. */
export function scrollable(label: string, content: Fragment): Markup {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${content}</div>`
}

type ColumnName<Key = MessageKey> = Key extends `report.column.${infer Name}` ? Name : never

/** A title under `report.column` of the catalog, with `#` before it where the column holds numbers; or one of its own. */
export type Column =
  ColumnName | `#${ColumnName}` | { readonly title: Fragment; readonly numeric?: boolean }

/**
 * A table with a header row; the first cell of every row is its heading.
 * @param classOf a class for the whole row
 */
export function table(
  t: Translate,
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly Fragment[])[],
  classOf: (row: number) => string | null = () => null,
): Markup {
  const columnHeads = columns.map(column => {
    if (typeof column !== 'string') return column
    const name = column.replace('#', '') as ColumnName
    return { title: t(`report.column.${name}`), numeric: column.startsWith('#') }
  })
  const kind = (index: number) =>
    columnHeads[index]?.numeric === true ? markup` class="number"` : null
  return scrollable(
    label,
    markup`<table${columns.length > 4 ? trusted(' class="wide"') : null}><thead><tr>${columnHeads.map(
      ({ title }, index) => markup`<th scope="col"${kind(index)}>${title}</th>`,
    )}</tr></thead><tbody>${rows.map((cells, row) => {
      const name = classOf(row)
      return markup`<tr${name === null ? null : markup` class="${name}"`}>${cells.map(
        (cell, index) =>
          index === 0
            ? markup`<th scope="row"${kind(index)}>${cell}</th>`
            : markup`<td${kind(index)}>${cell}</td>`,
      )}</tr>\n`
    })}</tbody></table>`,
  )
}

/** A sentence below what it is about; nothing for null. */
export function note(text: string | null): Markup | null {
  return text === null ? null : markup`<p class="note">${text}</p>`
}

/** How many are shown, where that is not all. */
export function showing(t: Translate, shownCount: number, count: number): Markup | null {
  return note(shownCount < count ? t('report.note.showing', { shown: shownCount, count }) : null)
}

/** Parts that stand below one another within a cell. */
export function lines(parts: readonly Fragment[]): Markup[] {
  return parts.map(part => markup`<span class="line">${part}</span>`)
}

/** Names and their values; null and an empty list are no message. */
export function descriptionList(items: readonly (readonly [string, Fragment])[]): Markup {
  return markup`<dl class="description-list">${items
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** A section of the page under its heading. */
export function section(
  t: Translate,
  { id, heading }: Pick<SectionDefinition, 'id' | 'heading'>,
  content: Fragment,
): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${t(heading)}</h2>
${content}
</section>
`
}
