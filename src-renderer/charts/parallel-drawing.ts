import { type ChartColours, rampColour } from '../../src-main/charts/chart-colours.ts'
import type { ParallelLine } from '../../src-main/charts/chart-model.ts'

/** A part of an axis, 0 (bottom) to 1 (top). */
export type AxisRange = readonly [low: number, high: number]

/** The line lies inside every range that is set; one that is not active on such an axis does not. */
export function isKept(line: ParallelLine, ranges: ReadonlyMap<number, AxisRange>): boolean {
  for (const [axis, [low, high]] of ranges) {
    const position = line.positions[axis]
    if (position === null || position === undefined || position < low || position > high) {
      return false
    }
  }
  return true
}

export interface ParallelGeometry {
  readonly widthPx: number
  readonly heightPx: number
  readonly marginPx: number
}

export function axisX(
  index: number,
  count: number,
  { widthPx, marginPx }: ParallelGeometry,
): number {
  return count === 1 ? widthPx / 2 : marginPx + (index / (count - 1)) * (widthPx - 2 * marginPx)
}

/** Inactive parameters cross their axis below its lower end. */
export function axisY(position: number | null, { heightPx }: ParallelGeometry): number {
  const top = 12
  const bottom = heightPx - 34
  return position === null ? heightPx - 10 : bottom - position * (bottom - top)
}

const COLOUR_STEPS = 32

/**
 * Draws the lines onto a canvas, worst first: those that are not kept very faint, the others coloured by rank. Lines of one colour are one path, which makes 10,000 of them a matter of
 * some ten milliseconds.
 */
export function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly ParallelLine[],
  ranges: ReadonlyMap<number, AxisRange>,
  geometry: ParallelGeometry,
  colours: ChartColours,
): void {
  context.clearRect(0, 0, geometry.widthPx, geometry.heightPx)
  const faint = new Path2D()
  const buckets = Array.from({ length: COLOUR_STEPS }, () => new Path2D())
  for (const line of lines) {
    const bucket = Math.min(COLOUR_STEPS - 1, Math.floor(line.shade * COLOUR_STEPS))
    const path = isKept(line, ranges) ? (buckets[bucket] as Path2D) : faint
    line.positions.forEach((position, axis) => {
      const x = axisX(axis, line.positions.length, geometry)
      const y = axisY(position, geometry)
      if (axis === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
    })
  }
  context.lineWidth = 1
  context.strokeStyle = colours.line
  context.globalAlpha = 0.5
  context.stroke(faint)
  context.globalAlpha = lines.length > 500 ? 0.5 : 0.85
  buckets.forEach((path, bucket) => {
    context.strokeStyle = rampColour(bucket / (COLOUR_STEPS - 1), 'rank', colours)
    context.stroke(path)
  })
  context.globalAlpha = 1
}
