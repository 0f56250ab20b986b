import type { Extent } from '../analysis/statistics/robust-range.ts'
import { clamp } from '../math/numbers.ts'

/** The closest look: a ten-thousandth of what there is. */
const MIN_SHARE = 1e-4

/**
 * The part of an axis that is shown after it was zoomed.
 * @param at the place that stays where it is, 0 (low) to 1 (high)
 * @param factor of the length; below 1 comes closer
 * @param full what there is: nothing beyond it is ever shown
 * @returns null: all of it
 */
export function zoomAxis(
  visible: Extent,
  { at, factor, full, log }: Extract<AxisMove, { at: number }>,
): Extent | null {
  const [low, high] = lengths(visible, log)
  const whole = lengths(full, log)
  const length = clamp((high - low) * factor, (whole[1] - whole[0]) * MIN_SHARE, Infinity)
  if (length >= whole[1] - whole[0]) return null
  const fixed = low + at * (high - low)
  return placed(fixed - at * length, length, whole, log)
}

/** The same length of an axis, moved by a share of it. */
export function panAxis(
  visible: Extent,
  { by, full, log }: Extract<AxisMove, { by: number }>,
): Extent {
  const [low, high] = lengths(visible, log)
  return placed(low + by * (high - low), high - low, lengths(full, log), log)
}

type AxisMove = { readonly full: Extent; readonly log: boolean } & (
  { readonly at: number; readonly factor: number } | { readonly by: number }
)

function lengths({ low, high }: Extent, log: boolean): readonly [low: number, high: number] {
  return log ? [Math.log(low), Math.log(high)] : [low, high]
}

function placed(
  low: number,
  length: number,
  [first, last]: readonly [low: number, high: number],
  log: boolean,
): Extent {
  const start = clamp(low, first, Math.max(first, last - length))
  const [from, to] = [start, start + length]
  return log ? { low: Math.exp(from), high: Math.exp(to) } : { low: from, high: to }
}

/** Whether a place lies within a loop that was drawn; its last point is joined to its first. */
export function isWithin(
  x: number,
  y: number,
  loop: readonly (readonly [x: number, y: number])[],
): boolean {
  let inside = false
  for (const [at, [toX, toY]] of loop.entries()) {
    const [fromX, fromY] = loop.at(at - 1) as readonly [number, number]
    if (toY > y !== fromY > y && x < ((fromX - toX) * (y - toY)) / (fromY - toY) + toX)
      inside = !inside
  }
  return inside
}
