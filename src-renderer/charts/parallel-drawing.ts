import { type ChartColors, rampColor } from '../../src-main/charts/chart-colors.ts'
import type { ParallelLine } from '../../src-main/charts/chart-model.ts'

/** A part of an axis, 0 (bottom) to 1 (top). */
export type AxisRange = readonly [low: number, high: number]

/** The line lies inside every range that is set; one that is not active on such an axis does not. */
export function isWithinRanges(
  line: ParallelLine,
  ranges: ReadonlyMap<number, AxisRange>,
): boolean {
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
  const top = 14
  const bottom = heightPx - 34
  return position === null ? heightPx - 10 : bottom - position * (bottom - top)
}

const COLOR_STEPS = 32

/** Paths at most: where two of them cross, the drawing is denser; within one it is not. More would take longer than a frame. */
const MAX_PATHS = 640

/** How opaque a line is where nothing crosses it: some hundreds are seen as lines, thousands as density. @param count how many there are */
export function lineOpacity(count: number): number {
  return Math.min(0.85, Math.max(0.02, 36 / Math.max(1, count) ** 0.75))
}

/**
 * Draws the lines onto a canvas, worst first: those that are not kept very faint, the others colored by rank. Some lines of one color
 * share a path, which makes 10,000 of them a matter of some ten milliseconds.
 */
export function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly ParallelLine[],
  ranges: ReadonlyMap<number, AxisRange>,
  geometry: ParallelGeometry,
  colors: ChartColors,
): void {
  context.clearRect(0, 0, geometry.widthPx, geometry.heightPx)
  const faint = new Path2D()
  const buckets = Array.from({ length: COLOR_STEPS }, (): ParallelLine[] => [])
  for (const line of lines) {
    const bucket = Math.min(COLOR_STEPS - 1, Math.floor(line.shade * COLOR_STEPS))
    if (isWithinRanges(line, ranges)) buckets[bucket]?.push(line)
    else addTo(faint, line.positions, geometry)
  }
  context.lineWidth = 1
  context.strokeStyle = colors.line
  context.globalAlpha = 0.5
  context.stroke(faint)
  const drawnCount = buckets.reduce((count, { length }) => count + length, 0)
  const opacity = lineOpacity(drawnCount)
  const linesPerPath = Math.ceil(drawnCount / MAX_PATHS)
  // The more lines, the more the worse ones step back.
  const crowd = Math.min(1, lines.length / 500)
  buckets.forEach((bucketLines, bucket) => {
    const shade = bucket / (COLOR_STEPS - 1)
    context.globalAlpha = Math.min(
      0.9,
      opacity * (1 - crowd * (1 - shade ** 2) * 0.8 + crowd * shade ** 8),
    )
    context.strokeStyle = rampColor(shade, 'rank', colors)
    for (let from = 0; from < bucketLines.length; from += linesPerPath) {
      const path = new Path2D()
      for (const { positions } of bucketLines.slice(from, from + linesPerPath))
        addTo(path, positions, geometry)
      context.stroke(path)
    }
  })
  context.globalAlpha = 1
  const [best] = lines.filter(({ tone }) => tone === 'best')
  if (best !== undefined && isWithinRanges(best, ranges)) {
    context.lineWidth = 2.5
    context.strokeStyle = colors.best
    context.stroke(pathOf(best, geometry))
  }
}

function pathOf({ positions }: ParallelLine, geometry: ParallelGeometry): Path2D {
  const path = new Path2D()
  addTo(path, positions, geometry)
  return path
}

function addTo(
  path: Path2D,
  positions: ParallelLine['positions'],
  geometry: ParallelGeometry,
): void {
  positions.forEach((position, axis) => {
    const x = axisX(axis, positions.length, geometry)
    const y = axisY(position, geometry)
    if (axis === 0) path.moveTo(x, y)
    else path.lineTo(x, y)
  })
}

/** Pixels within which a line counts as pointed at. */
const NEAR_PX = 6

/** The line that passes nearest to a place of the drawing, the better one of two; null where none is near. */
export function lineAt(
  lines: readonly ParallelLine[],
  geometry: ParallelGeometry,
  at: { readonly x: number; readonly y: number },
): ParallelLine | null {
  let [nearestLine, nearest]: [ParallelLine | null, number] = [null, NEAR_PX]
  for (const line of lines) {
    const { positions } = line
    const count = positions.length
    const gapPx = count < 2 ? 1 : axisX(1, count, geometry) - axisX(0, count, geometry)
    const position = (at.x - axisX(0, count, geometry)) / gapPx
    if (position < -0.2 || position > count - 0.8) continue
    const from = Math.min(Math.max(0, count - 2), Math.max(0, Math.floor(position)))
    const share = Math.min(1, Math.max(0, position - from))
    const [a, b] = [positions[from] ?? null, positions[Math.min(count - 1, from + 1)] ?? null]
    const y = (1 - share) * axisY(a, geometry) + share * axisY(b, geometry)
    const distance = Math.abs(y - at.y)
    // Later lines are better.
    if (distance <= nearest) [nearestLine, nearest] = [line, distance]
  }
  return nearestLine
}
