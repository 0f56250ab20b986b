import type { ChartModel } from '../../charts/chart-model.ts'
import type { Language } from '../../core/i18n/language.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { Block, Cells, Chart, Figure, Table } from '../blocks/blocks.ts'
import { drawNetwork } from '../../analysis/network-picture.ts'
import { inlineDrawing } from './charts/frame.ts'
import { legendEntries } from './charts/legend.ts'
import { paintChart } from './charts/paint-chart.ts'
import { markup, trusted, type Fragment, type Markup } from './markup.ts'
import { isLong, tableLines } from './printed-table.ts'
import { breakable, renderInline } from './render-inline.ts'

export interface HtmlContext {
  readonly language: Language
  readonly t: Translate
  /** For paper: long tables are lines of text. Trials whose rows are linked to, so that they can be found; null on a screen. */
  readonly printedTargets: ReadonlySet<number> | null
}

/** Elements of a page, in their order. */
export function renderBlocks(context: HtmlContext, blocks: readonly Block[]): Fragment {
  return blocks.map(block => markup`${renderBlock(context, block)}\n`)
}

function renderBlock(context: HtmlContext, block: Block): Markup {
  switch (block.kind) {
    case 'heading':
      return markup`<h3>${renderInline(block.text, 'code')}</h3>`
    case 'paragraph':
      return markup`<p${block.role === undefined ? null : markup` class="${block.role}"`}>${renderInline(block.text, 'code')}</p>`
    case 'list': {
      const language = block.language === undefined ? null : markup` lang="${block.language}"`
      const items = block.items.map(
        item => markup`<li${language}>${renderInline(item, 'code')}</li>`,
      )
      return block.ordered ? markup`<ol>${items}</ol>` : markup`<ul>${items}</ul>`
    }
    case 'descriptionList':
      return markup`<dl class="description-list">${block.items.map(
        ([name, value]) =>
          markup`<div><dt>${name}</dt><dd>${renderInline(value, 'all')}</dd></div>`,
      )}</dl>`
    case 'table':
      return context.printedTargets !== null && isLong(block)
        ? tableLines(block, context.printedTargets, context.t)
        : renderTable(block)
    case 'code':
      return scrollable(block.label, markup`<pre><code>${block.text}</code></pre>`)
    case 'figure':
      return renderFigure(context, block)
    case 'cells':
      return renderCells(context, block)
    case 'tiles':
      return markup`<ul class="tiles">${block.tiles.map(
        ({ name, value, note }) =>
          markup`<li><span class="tile-name">${breakable(name)}</span><span class="tile-value">${value}</span><span class="tile-note">${renderInline(note, 'code')}</span></li>`,
      )}</ul>`
    case 'pictures':
      return markup`<div class="thumbnails">${block.pictures.map(
        ({ label, jpeg }) =>
          markup`<figure class="thumbnail">${
            jpeg === null
              ? markup`<code>–</code>`
              : markup`<img alt="${label}" src="data:image/jpeg;base64,${jpeg}">`
          }<figcaption>${breakable(label)}</figcaption></figure>`,
      )}</div>`
    case 'fold':
      return markup`<details><summary>${block.title}</summary>${renderBlocks(context, block.blocks)}</details>`
    case 'columns':
      return markup`<div class="columns">${block.columns.map(
        column => markup`<div>${renderBlocks(context, column)}</div>`,
      )}</div>`
  }
}

function renderTable({ label, columns, rows, rowRoles }: Table): Markup {
  const classOf = columns.map(({ numeric, breaks }) =>
    numeric === true || breaks === true ? markup` class="number"` : null,
  )
  const content = (cell: Table['rows'][number][number], index: number): Fragment => {
    const { numeric = false, breaks = false } = columns[index] ?? {}
    if (breaks) return markup`<span class="wrap">${renderInline(cell, 'all')}</span>`
    return renderInline(cell, numeric ? 'none' : 'all')
  }
  return scrollable(
    label,
    markup`<table${columns.length > 4 ? trusted(' class="wide"') : null}><thead><tr>${columns.map(
      ({ title }, index) =>
        markup`<th scope="col"${classOf[index]}>${renderInline(title, 'code')}</th>`,
    )}</tr></thead><tbody>${rows.map((cells, row) => {
      const role = rowRoles?.[row] ?? null
      return markup`<tr${role === null ? null : markup` class="${rowClasses[role]}"`}>${cells.map(
        (cell, index) =>
          index === 0
            ? markup`<th scope="row"${classOf[index]}>${content(cell, index)}</th>`
            : markup`<td${classOf[index]}>${content(cell, index)}</td>`,
      )}</tr>\n`
    })}</tbody></table>`,
  )
}

const rowClasses = { best: 'best-row', inactive: 'muted' } as const

function renderFigure(
  context: HtmlContext,
  { summary, drawing, legend, notes, table }: Figure,
): Markup {
  const { t } = context
  const isSpread = drawing.kind === 'cells'
  const drawn =
    drawing.kind === 'cells'
      ? renderCells(context, drawing)
      : scrollable(
          summary,
          drawing.kind === 'chart'
            ? renderChart(context, drawing)
            : trusted(drawNetwork(drawing.sketch, t, networkColors)),
        )
  const figures =
    table.length === 0
      ? null
      : markup`<details><summary>${t('report.figure.table')}</summary>${renderBlocks(context, table)}</details>`
  return markup`<figure>
<div class="plot${isSpread ? ' spread' : null}"><figcaption>${summary}</figcaption>
${legend === null ? null : renderLegend(legend)}
${drawn}
${notes.map(noteBelow)}</div>
${figures}
</figure>`
}

/** On paper and in both themes: the text has the page's color, the rest stands back. */
const networkColors = {
  text: 'currentColor',
  quiet: 'currentColor',
  line: '#8a94a3',
  box: 'none',
  bar: '#4a86d8',
} as const

function renderCells(context: HtmlContext, { cells }: Cells): Markup {
  return markup`<div class="cells">${cells.map(
    ({ title, legend, chart, notes }) =>
      markup`<div class="cell">${
        title === null ? null : markup`<p class="cell-title">${renderInline(title, 'code')}</p>`
      }${legend === null ? null : renderLegend(legend)}${
        chart.kind === 'chart'
          ? renderChart(context, chart)
          : markup`<p class="nothing">${chart.reason}</p>`
      }${notes.map(noteBelow)}</div>`,
  )}</div>`
}

function noteBelow(text: string): Markup {
  return markup`<p class="note">${text}</p>`
}

function renderChart({ t, language }: HtmlContext, { model, caption, small }: Chart): Fragment {
  const trialName = t('chart.trial')
  const drawing = paintChart({ model, language, trialName, summary: caption, small })
  return drawing === null ? null : inlineDrawing(drawing)
}

/** Marks that have a name, each name once, and what the shades mean. */
export function renderLegend(model: ChartModel): Markup {
  return markup`<ul class="legend">${legendEntries(model).map(
    ({ before, picture, after }) => markup`<li>${before}${picture}${after}</li>`,
  )}</ul>`
}

/** Wide content scrolls in its own box; the box takes the keyboard focus so that arrow keys work. */
function scrollable(label: string, content: Fragment): Markup {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${content}</div>`
}
