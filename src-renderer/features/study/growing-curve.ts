import type { MetricPoints } from '../../../src-main/contract/api/rows.ts'

/** A curve and what arrived since. A further attempt begins at its first step again, and its curve with it. */
export function appendPoints(known: MetricPoints | undefined, points: MetricPoints): MetricPoints {
  const first = points.steps[0] ?? 0
  if (known === undefined || first <= (known.steps.at(-1) ?? -1)) return points
  return {
    ...known,
    steps: [...known.steps, ...points.steps],
    values: [...known.values, ...points.values],
  }
}
