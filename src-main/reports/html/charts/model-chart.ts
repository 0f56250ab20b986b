import type { ChartModel, Mark, Tone } from '../../../analysis/charts/chart-model.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import { bottomAxis, drawing, leftAxis, leftMargin, text, type PlotArea } from './frame.ts'
import { coordinate } from './marks.ts'
import { numericAxis } from './numeric-axis.ts'
import { textWidth } from './text-width.ts'

const width = 760
const rowHeight = 34

/** Draws a chart of points, lines and horizontal bars. Null where the model is empty. */
export function modelChart(model: ChartModel, summary: string): Markup | null {
  if (model.empty !== null) return null
  return model.y.scale === 'rows' ? barChart(model, summary) : plot(model, summary)
}

function plot(model: ChartModel, summary: string): Markup | null {
  const points = model.marks.flatMap(mark =>
    mark.kind === 'points' || mark.kind === 'line' ? mark.points : [],
  )
  if (points.length === 0) return null
  const height = 360
  const [top, bottom] = [16, height - 48]
  const ends = (values: readonly number[]): { low: number; high: number } => ({
    low: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    high: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  })
  const y = numericAxis({
    ...ends(points.map(point => point.y)),
    from: bottom,
    to: top,
    round: true,
  })
  const area: PlotArea = { width, height, left: leftMargin(y), right: width - 16, top, bottom }
  const x = numericAxis({
    ...ends(points.map(point => point.x)),
    from: area.left + 8,
    to: area.right - 8,
    ticks: 8,
    round: true,
  })
  const at = (point: { x: number; y: number }): string =>
    `${coordinate(x.at(point.x))},${coordinate(y.at(point.y))}`
  const content = markup`${leftAxis(area, y.ticks)}${bottomAxis(area, x.ticks, model.x.title)}${text(
    area.left,
    top - 4,
    model.y.title,
    { className: 'axis-title' },
  )}${model.marks.map(mark => {
    if (mark.kind === 'points' && mark.points.length > 0) {
      return markup`<path class="${pointClass(mark)}" d="${mark.points.map(point => `M${at(point)}h0`).join('')}"/>`
    }
    if (mark.kind === 'line' && mark.points.length > 1) {
      return markup`<path class="best-line dashed" d="M${mark.points.map(at).join('L')}"/>`
    }
    return null
  })}`
  return drawing({ width, height }, summary, content)
}

function pointClass(mark: Extract<Mark, { kind: 'points' }>): string {
  const tones: Partial<Record<Tone & string, string>> = {
    best: 'mark front',
    failed: 'mark failed dot',
  }
  return (typeof mark.tone === 'string' ? tones[mark.tone] : undefined) ?? 'mark other'
}

/** Bars of several methods below one another in each row, with ± one deviation. */
function barChart(model: ChartModel, summary: string): Markup | null {
  const rows = model.y.rows ?? []
  const bars = model.marks.filter(mark => mark.kind === 'bars')
  if (rows.length === 0 || bars.length === 0) return null
  const left = Math.min(240, Math.max(...rows.map(row => textWidth(row, 12))) + 14)
  const height = 16 + rows.length * rowHeight + 48
  const area: PlotArea = { width, height, left, right: width - 24, top: 8, bottom: height - 48 }
  const reach = Math.max(
    ...bars.flatMap(mark => mark.bars.map(bar => Math.max(bar.value, bar.interval?.[1] ?? 0))),
  )
  const x = numericAxis({ low: 0, high: reach, from: area.left, to: area.right, ticks: 6 })
  const content = markup`${bottomAxis(area, x.ticks, model.x.title)}${rows.map((row, index) =>
    text(area.left - 8, area.top + (index + 0.5) * rowHeight + 4, row, {
      anchor: 'end',
      width: left - 14,
    }),
  )}${bars.map(mark =>
    mark.bars.map(bar => {
      const [place, count] = bar.place ?? [0, 1]
      const thickness = (rowHeight - 10) / count
      const top = area.top + bar.row * rowHeight + 5 + place * thickness
      const middle = top + thickness / 2
      const interval = bar.interval
      const whisker =
        interval === undefined
          ? ''
          : `<path class="axis strong" d="M${coordinate(x.at(Math.max(0, interval[0])))},${coordinate(middle)}H${coordinate(x.at(interval[1]))}"/>`
      return trusted(
        `<rect class="share series${typeof mark.tone === 'number' ? mark.tone % 4 : 0}" x="${coordinate(area.left)}" y="${coordinate(top)}" width="${coordinate(Math.max(0, x.at(bar.value) - area.left))}" height="${coordinate(thickness - 2)}"/>${whisker}`,
      )
    }),
  )}`
  return drawing({ width, height }, summary, content)
}
