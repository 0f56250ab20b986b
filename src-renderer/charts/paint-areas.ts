import { visibleText } from '../../src-main/core/i18n/visible-text.ts'
import type { Chart, Plugin } from 'chart.js'
import {
  type ChartColors,
  rampColor,
  toneColor,
  withAlpha,
} from '../../src-main/charts/chart-colors.ts'
import {
  type Bar,
  type Box,
  type ChartModel,
  type Mark,
  starPoints,
} from '../../src-main/charts/chart-model.ts'

/** The content that the plugin draws, carried by the data of a chart. */
export interface Painted {
  readonly model: ChartModel
  readonly colors: ChartColors
}

/** Bands, bars, boxes, cells, stretches and rules: what chart.js has no datasets for, on its scales, behind its points. */
export const paintAreas: Plugin = {
  id: 'paintAreas',
  beforeDatasetsDraw(chart) {
    const { painted } = chart.data as unknown as { painted: Painted }
    const { ctx, chartArea } = chart
    ctx.save()
    ctx.beginPath()
    ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height)
    ctx.clip()
    for (const mark of painted.model.marks) drawMark(chart, mark, painted)
    ctx.restore()
  },
  afterDatasetsDraw(chart) {
    const { painted } = chart.data as unknown as { painted: Painted }
    for (const mark of painted.model.marks) {
      if (mark.kind === 'points' && mark.shape === 'star') drawStars(chart, mark, painted.colors)
    }
    drawCrosshair(chart, painted)
  },
}

/** Lines through the point that is looked at, to read its place on both axes. */
function drawCrosshair(
  { ctx, chartArea, tooltip }: Chart,
  { colors }: Pick<Painted, 'colors'>,
): void {
  const [active] = tooltip?.getActiveElements() ?? []
  if (active === undefined) return
  const { x, y } = active.element
  ctx.save()
  ctx.strokeStyle = colors.quiet
  ctx.setLineDash([2, 3])
  strokeLines(ctx, [
    [x, chartArea.top, x, chartArea.bottom],
    [chartArea.left, y, chartArea.right, y],
  ])
  ctx.restore()
}

function drawStars(
  { ctx, scales, chartArea }: Chart,
  { points, tone }: Extract<Mark, { kind: 'points' }>,
  colors: ChartColors,
): void {
  ctx.fillStyle = toneColor(tone, colors)
  ctx.strokeStyle = colors.panel
  ctx.lineWidth = 1
  for (const point of points) {
    const [x, y] = [scales['x']?.getPixelForValue(point.x), scales['y']?.getPixelForValue(point.y)]
    const isShown =
      (x ?? 0) >= chartArea.left - 1 &&
      (x ?? 0) <= chartArea.right + 1 &&
      (y ?? 0) >= chartArea.top - 1 &&
      (y ?? 0) <= chartArea.bottom + 1
    if (!isShown) continue
    ctx.beginPath()
    for (const [right, down] of starPoints(9)) ctx.lineTo((x ?? 0) + right, (y ?? 0) + down)
    ctx.closePath()
    ctx.fill()
    ctx.stroke()
  }
}

function drawMark(chart: Chart, mark: Mark, { model, colors }: Painted): void {
  const { ctx } = chart
  const color = toneColor(mark.tone, colors)
  const x = (value: number): number => chart.scales['x']?.getPixelForValue(value) ?? 0
  const y = (value: number): number => chart.scales['y']?.getPixelForValue(value) ?? 0
  const rowPx = Math.abs(y(1) - y(0))
  switch (mark.kind) {
    case 'band':
      ctx.fillStyle = withAlpha(color, 0.16)
      fillBand(ctx, mark, x, y)
      return
    case 'bars':
      for (const bar of mark.bars) drawBar(ctx, bar, color, colors.text, { x, y, rowPx })
      return
    case 'boxes':
      for (const box of mark.boxes) drawBox(ctx, box, color, { x, y, rowPx })
      return
    case 'cells':
      for (const cell of mark.cells) {
        const [left, right] = [x(cell.x[0]), x(cell.x[1])]
        const [top, bottom] = [y(cell.y[1]), y(cell.y[0])]
        ctx.fillStyle = rampColor(cell.shade, model.ramp?.kind ?? 'rank', colors)
        // Cells overlap by a little, so that no line of the background shows between them.
        const [width, height] = [right - left, bottom - top]
        ctx.fillRect(left, top, width + Math.sign(width) * 0.5, height + Math.sign(height) * 0.5)
      }
      return
    case 'spans':
      ctx.textAlign = 'center'
      ctx.textBaseline = 'middle'
      for (const { row, from, to, label = '' } of mark.spans) {
        const left = x(from)
        const width = Math.max(1, x(to) - left - 1)
        ctx.fillStyle = color
        ctx.fillRect(left, y(row) - rowPx * 0.3, width, rowPx * 0.6)
        if (label.length * 8 > width) continue
        ctx.fillStyle = colors.panel
        ctx.fillText(visibleText(label), left + width / 2, y(row))
      }
      return
    case 'rules':
      ctx.strokeStyle = color
      ctx.setLineDash([4, 3])
      strokeLines(
        ctx,
        mark.rules.map(rule => [x(rule.x), chart.chartArea.top, x(rule.x), chart.chartArea.bottom]),
      )
      ctx.setLineDash([])
      return
    default:
  }
}

type Scale = (value: number) => number

function fillBand(
  context: CanvasRenderingContext2D,
  { points, stepped }: Extract<Mark, { kind: 'band' }>,
  x: Scale,
  y: Scale,
): void {
  const edge = (end: 'low' | 'high'): (readonly [number, number])[] =>
    points.flatMap((point, index) => {
      const before = stepped === true ? points[index - 1] : undefined
      const corner = [point.x, point[end]] as const
      return before === undefined ? [corner] : [[point.x, before[end]] as const, corner]
    })
  context.beginPath()
  for (const [across, up] of [...edge('low'), ...edge('high').reverse()]) {
    context.lineTo(x(across), y(up))
  }
  context.closePath()
  context.fill()
}

interface BarScales {
  readonly x: Scale
  readonly y: Scale
  readonly rowPx: number
}

function drawBar(
  context: CanvasRenderingContext2D,
  { row, value, interval, groupPosition = [0, 1] }: Bar,
  color: string,
  strong: string,
  { x, y, rowPx }: BarScales,
): void {
  const [index, count] = groupPosition
  const height = (rowPx * 0.8) / count
  const top = y(row) - rowPx * 0.4 + index * height
  context.fillStyle = color
  context.fillRect(x(0), top + height * 0.08, x(value) - x(0), height * 0.84)
  if (interval === undefined) return
  const middle = top + height / 2
  const [low, high] = [x(interval[0]), x(interval[1])]
  context.strokeStyle = strong
  strokeLines(context, [
    [low, middle, high, middle],
    ...[low, high].map(end => [end, middle - height * 0.2, end, middle + height * 0.2] as const),
  ])
}

function drawBox(
  context: CanvasRenderingContext2D,
  box: Box,
  color: string,
  { x, y, rowPx }: BarScales,
): void {
  const middle = y(box.row)
  const half = Math.min(rowPx * 0.3, 16)
  context.strokeStyle = color
  context.lineWidth = 1.5
  context.fillStyle = withAlpha(color, 0.2)
  const left = x(box.lowerQuartile)
  const width = Math.max(1, x(box.upperQuartile) - left)
  context.fillRect(left, middle - half, width, 2 * half)
  context.strokeRect(left, middle - half, width, 2 * half)
  const [low, high, median] = [x(box.low), x(box.high), x(box.median)]
  strokeLines(context, [
    [low, middle, left, middle],
    [x(box.upperQuartile), middle, high, middle],
    ...[low, high].map(end => [end, middle - half / 2, end, middle + half / 2] as const),
  ])
  context.lineWidth = 3
  strokeLines(context, [[median, middle - half, median, middle + half]])
  context.lineWidth = 1
}

/** Lines from here to there. */
function strokeLines(
  context: CanvasRenderingContext2D,
  lines: readonly (readonly [fromX: number, fromY: number, toX: number, toY: number])[],
): void {
  context.beginPath()
  for (const [fromX, fromY, toX, toY] of lines) {
    context.moveTo(fromX, fromY)
    context.lineTo(toX, toY)
  }
  context.stroke()
}
