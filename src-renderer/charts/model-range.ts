import type { ChartAxis, ChartModel, Mark } from '../../src-main/analysis/charts/chart-model.ts'

export interface AxisSpan {
  readonly min: number
  readonly max: number
}

/** What an axis has to cover for every mark to be seen, with a little air; rows have half a row to either side. */
export function axisSpan({ marks, ...axes }: ChartModel, which: 'x' | 'y'): AxisSpan {
  const axis: ChartAxis = axes[which]
  if (axis.scale === 'rows') return { min: -0.5, max: (axis.rows?.length ?? 1) - 0.5 }
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const mark of marks) {
    for (const value of valuesOf(mark, which)) {
      if (!Number.isFinite(value) || (axis.scale === 'log' && value <= 0)) continue
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  if (min > max) return axis.scale === 'log' ? { min: 1, max: 10 } : { min: 0, max: 1 }
  if (axis.scale === 'log') {
    const air = min === max ? 2 : (max / min) ** 0.03
    return { min: min / air, max: max * air }
  }
  const air = min === max ? Math.abs(min) * 0.1 || 1 : (max - min) * 0.03
  const fromZero = axis.unit === 'share' || (min >= 0 && min - air < 0)
  return {
    min: fromZero ? Math.min(0, min) : min - air,
    max: axis.unit === 'share' && max <= 1 && max > 0.9 ? 1 : max + air,
  }
}

function valuesOf(mark: Mark, which: 'x' | 'y'): number[] {
  switch (mark.kind) {
    case 'points':
    case 'line':
      return mark.points.map(point => point[which])
    case 'band':
      return mark.points.flatMap(({ x, low, high }) => (which === 'x' ? [x] : [low, high]))
    case 'bars':
      return which === 'y'
        ? mark.bars.map(({ row }) => row)
        : [0, ...mark.bars.flatMap(({ value, interval = [] }) => [value, ...interval])]
    case 'boxes':
      return which === 'y'
        ? mark.boxes.map(({ row }) => row)
        : mark.boxes.flatMap(({ low, high }) => [low, high])
    case 'cells':
      return mark.cells.flatMap(cell => cell[which])
    case 'spans':
      return which === 'y'
        ? mark.spans.map(({ row }) => row)
        : mark.spans.flatMap(({ from, to }) => [from, to])
    case 'rules':
      return which === 'x' ? mark.rules.map(({ x }) => x) : []
  }
}
