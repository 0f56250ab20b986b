import { type Extent, extentOf } from '../analysis/statistics/robust-range.ts'
import type { ChartAxis, ChartModel, Mark } from './chart-model.ts'

/** The range that an axis has to cover for every mark to be seen; rows have half a row to either side; null where there is nothing. */
export function axisSpan(model: ChartModel, which: 'x' | 'y'): Extent | null {
  const axis = model[which]
  if (axis.scale === 'rows') return { low: -0.5, high: (axis.rows?.length ?? 1) - 0.5 }
  if (axis.range !== undefined) return axis.range
  const values = model.marks.flatMap(mark => valuesOf(mark, which))
  return extentOf(axis.scale === 'log' ? values.filter(value => value > 0) : values)
}

/** Whether a value lies outside of what an axis shows: below (-1), above (1) or not (0). */
export function sideOf({ range }: Pick<ChartAxis, 'range'>, value: number): -1 | 0 | 1 {
  if (range === undefined) return 0
  return value < range.low ? -1 : value > range.high ? 1 : 0
}

function valuesOf(mark: Mark, which: 'x' | 'y'): number[] {
  switch (mark.kind) {
    case 'points':
    case 'line':
      return mark.points.map(point => point[which])
    case 'band':
      return mark.points.flatMap(({ x, low, high }) => (which === 'x' ? [x] : [low, high]))
    case 'bars':
      return [0, ...mark.bars.flatMap(({ value, interval = [] }) => [value, ...interval])]
    case 'boxes':
      return mark.boxes.flatMap(({ low, high }) => [low, high])
    case 'cells':
      return mark.cells.flatMap(cell => cell[which])
    case 'spans':
      return mark.spans.flatMap(({ from, to }) => [from, to])
    case 'rules':
      return which === 'x' ? mark.rules.map(({ x }) => x) : []
    case 'rug':
      return which === 'x' ? mark.points.map(({ x }) => x) : []
    case 'parallel':
      return []
  }
}
