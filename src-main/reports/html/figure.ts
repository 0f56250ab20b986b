import { markup, trusted, type Fragment, type Markup } from './markup.ts'
import type { Translate } from '../../i18n/translate.ts'

export interface FigureParts {
  readonly chart: Markup
  /** One sentence that says what the chart shows. */
  readonly summary: string
  readonly legend?: Fragment
  /** What the chart leaves out or does to the data, one sentence each. */
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
${(parts.notes ?? []).map(note => markup`<p class="note">${note}</p>`)}</div>
<details><summary>${t('report.figure.table')}</summary>${parts.table}</details>
</figure>`
}

/** Wide content scrolls in its own box; the box takes the keyboard focus so that arrow keys work. */
export function scrollable(label: string, content: Fragment): Markup {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${content}</div>`
}

export interface Column {
  readonly title: Fragment
  readonly numeric?: boolean
}

/** A table with a header row; the first cell of every row is its heading. */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly { readonly cells: readonly Fragment[]; readonly className?: string }[],
): Markup {
  const kind = (index: number) =>
    columns[index]?.numeric === true ? markup` class="number"` : null
  return scrollable(
    label,
    markup`<table${columns.length > 4 ? trusted(' class="wide"') : null}><thead><tr>${columns.map(
      (column, index) => markup`<th scope="col"${kind(index)}>${column.title}</th>`,
    )}</tr></thead><tbody>${rows.map(
      row =>
        markup`<tr${row.className === undefined ? null : markup` class="${row.className}"`}>${row.cells.map(
          (cell, index) =>
            index === 0
              ? markup`<th scope="row"${kind(index)}>${cell}</th>`
              : markup`<td${kind(index)}>${cell}</td>`,
        )}</tr>\n`,
    )}</tbody></table>`,
  )
}

/** Names and their values. */
export function factList(facts: readonly (readonly [string, Fragment] | null)[]): Markup {
  return markup`<dl class="facts">${facts
    .filter(fact => fact !== null)
    .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

export function section(id: string, title: string, content: Fragment): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`
}
