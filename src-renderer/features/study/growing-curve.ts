import type { MetricPoints } from '../../../src-main/features/studies/common/rows.ts'

/** A forecast is made again when a curve is longer by so much: on long ones a further point says little, and a forecast takes time. */
const GROWTH = 1.1

/**
 * A curve and what arrived since. A further attempt and a further piece go on from where they saved, which may lie before the last step that
 * is known.
 */
export function appendPoints(known: MetricPoints | undefined, points: MetricPoints): MetricPoints {
  if (known === undefined) return points
  const first = points.steps[0] ?? Number.POSITIVE_INFINITY
  const kept = known.steps.filter(step => step < first).length
  return {
    ...points,
    steps: [...known.steps.slice(0, kept), ...points.steps],
    values: [...known.values.slice(0, kept), ...points.values],
  }
}

/** Whether a curve says more than when it was looked at. */
export function hasGrown(before: MetricPoints, now: MetricPoints): boolean {
  const isLonger = now.steps.length >= GROWTH * before.steps.length
  return isLonger || (now.steps.at(-1) ?? 0) < (before.steps.at(-1) ?? 0)
}
