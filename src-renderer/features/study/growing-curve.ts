import type { MetricPoints } from '../../../src-main/features/studies/common/rows.ts'

/** A forecast is made again when a curve is longer by so much: on long ones a further point says little, and a forecast takes time. */
const GROWTH = 1.1

/**
 * A curve and what arrived since. A further attempt and a further piece go on from where they saved, which may lie before the last step that
 * is known.
 */
export function appendPoints(curve: MetricPoints | undefined, points: MetricPoints): MetricPoints {
  // A further training begins anew.
  if (curve === undefined || curve.training !== points.training) return points
  const first = points.steps[0] ?? Number.POSITIVE_INFINITY
  const earlierCount = curve.steps.filter(step => step < first).length
  return {
    ...points,
    steps: [...curve.steps.slice(0, earlierCount), ...points.steps],
    values: [...curve.values.slice(0, earlierCount), ...points.values],
  }
}

/** Whether a curve says more than when it was looked at. */
export function hasGrown(before: MetricPoints, now: MetricPoints): boolean {
  const isLonger = now.steps.length >= GROWTH * before.steps.length
  return isLonger || (now.steps.at(-1) ?? 0) < (before.steps.at(-1) ?? 0)
}
