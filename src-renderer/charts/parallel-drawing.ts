import { signOf } from '../../src-main/contract/ranking.ts'
import {
  axisPosition,
  type ParameterAxis,
} from '../../src-main/analysis/parallel/parameter-axis.ts'
import type { TrialRow } from '../../src-main/contract/api/rows.ts'
import { isFeasible } from '../../src-main/contract/constraints.ts'
import type { Goal } from '../../src-main/contract/study-specification.ts'

/** A part of an axis, 0 (bottom) to 1 (top). */
export type AxisRange = readonly [low: number, high: number]

/** One trial as positions on all axes; null where a parameter is not active. */
export interface ParallelLine {
  readonly number: number
  readonly positions: readonly (number | null)[]
  /** Rank of its value: 0 the worst, 1 the best. */
  readonly rank: number
}

/** An axis as a person arranged it. */
export type ShownAxis = ParameterAxis & { readonly inverted?: boolean }

/**
 * Lines of all trials with a finite value of a goal, the best last, so that it is drawn on top. Those that break a
 * constraint are worse than all others.
 * @param most only so many of the best; default all
 */
export function parallelLines(
  trials: readonly TrialRow[],
  axes: readonly ShownAxis[],
  { direction, index: goal = 0 }: Goal & { readonly index?: number },
  most = Number.POSITIVE_INFINITY,
): ParallelLine[] {
  const sign = -signOf(direction)
  const sorted = trials
    .filter(({ values }) => Number.isFinite(values[goal]))
    .sort(
      (a, b) =>
        Number(isFeasible(a)) - Number(isFeasible(b)) ||
        sign * ((a.values[goal] as number) - (b.values[goal] as number)),
    )
  const ranked = sorted.slice(Math.max(0, sorted.length - most))
  return ranked.map((trial, index) => ({
    number: trial.number,
    positions: axes.map(axis => {
      const position = axisPosition(axis, trial.parameters)
      return position === null || axis.inverted !== true ? position : 1 - position
    }),
    rank: ranked.length === 1 ? 1 : index / (ranked.length - 1),
  }))
}

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
 * Draws the lines onto a canvas, worst first: those that are not kept very faint, the others from the first to
 * the second colour by rank. Lines of one colour are one path, which makes 10,000 of them a matter of
 * some ten milliseconds.
 */
export function drawLines(
  context: CanvasRenderingContext2D,
  lines: readonly ParallelLine[],
  ranges: ReadonlyMap<number, AxisRange>,
  geometry: ParallelGeometry,
  colours: { readonly worst: string; readonly best: string; readonly faint: string },
): void {
  context.clearRect(0, 0, geometry.widthPx, geometry.heightPx)
  const faint = new Path2D()
  const buckets = Array.from({ length: COLOUR_STEPS }, () => new Path2D())
  for (const line of lines) {
    const bucket = Math.min(COLOUR_STEPS - 1, Math.floor(line.rank * COLOUR_STEPS))
    const path = isKept(line, ranges) ? (buckets[bucket] as Path2D) : faint
    line.positions.forEach((position, axis) => {
      const x = axisX(axis, line.positions.length, geometry)
      const y = axisY(position, geometry)
      if (axis === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
    })
  }
  context.lineWidth = 1
  context.strokeStyle = colours.faint
  context.globalAlpha = 0.25
  context.stroke(faint)
  context.globalAlpha = lines.length > 500 ? 0.5 : 0.85
  buckets.forEach((path, bucket) => {
    const share = Math.round((bucket / (COLOUR_STEPS - 1)) * 100)
    context.strokeStyle = `color-mix(in oklab, ${colours.best} ${share}%, ${colours.worst})`
    context.stroke(path)
  })
  context.globalAlpha = 1
}
