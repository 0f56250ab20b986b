import { type ChartModel, type ChartTable } from '../../charts/chart-model.ts'
import { unitText } from '../../charts/chart-words.ts'
import type { ReportContext } from '../sections/report-context.ts'
import type { Block, Cell, Chart, Figure, Inline, Table } from './blocks.ts'
import { code, nothing, table, trialLink } from './make-blocks.ts'

/** A chart with its legend, its notes and its figures; where it is empty, the reason. */
export function chartFigure(
  context: ReportContext,
  model: ChartModel,
  {
    summary,
    notes = [],
    table: figures,
  }: {
    readonly summary: string
    readonly notes?: readonly string[]
    /** Default: those of the chart. */
    readonly table?: readonly Block[]
  },
): Block {
  if (model.empty !== null) return nothing(model.empty)
  const figure: Figure = {
    kind: 'figure',
    summary,
    drawing: { kind: 'chart', model, caption: summary, small: false },
    legend: model,
    notes: [...notes, ...model.notes],
    table: figures ?? [chartTable(context, summary, model.table)],
  }
  return figure
}

/** One of many small charts, or why it is empty. */
export function smallChart(model: ChartModel, caption: string): Cell['chart'] {
  if (model.empty !== null) return { kind: 'nothing', reason: model.empty }
  const chart: Chart = { kind: 'chart', model, caption, small: true }
  return chart
}

export function chartTable(
  { t, language }: ReportContext,
  label: string,
  { columns, units = [], rows }: ChartTable,
): Table {
  const cell = (value: string | number | null, column: number): Inline => {
    if (value === null) return '–'
    const unit = units[column]
    if (unit === 'name') return code(String(value))
    if (typeof value === 'string') return value
    return unit === 'trial' ? trialLink({ number: value }) : unitText(value, unit, language)
  }
  const titles = columns.map((title, column) => ({
    title,
    numeric: rows.some(row => typeof row[column] === 'number'),
  }))
  return table(
    t,
    label,
    titles,
    rows.map(row => row.map(cell)),
  )
}
