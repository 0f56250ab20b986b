import type { TrainingCurve } from './training-curve.ts'

/** Index of a training among all, and of a report in its curve. */
export interface ObservationIndex {
  readonly curve: number
  readonly at: number
}

/** A report between two that are modeled says little more than they do. */
const STEP_RATIO = 1.5

/**
 * Which reports are modeled: the latest of every training, the best trainings first, then of each the one before by a factor
 * of steps, and so on up to the limit.
 */
export function chooseObservations(
  curves: readonly TrainingCurve[],
  limit: number,
): ObservationIndex[] {
  const byLoss = curves
    .map(({ steps, losses }, curve) => ({
      curve,
      reportIndices: reportIndicesOf(steps),
      last: losses.at(-1),
    }))
    .filter(({ reportIndices }) => reportIndices.length > 0)
    .sort((a, b) => compareLosses(a.last as number, b.last as number) || b.curve - a.curve)
  const deepest = byLoss.reduce(
    (most, { reportIndices }) => Math.max(most, reportIndices.length),
    0,
  )
  const chosen: ObservationIndex[] = []
  for (let back = 0; back < deepest; back++) {
    for (const { curve, reportIndices } of byLoss) {
      const at = reportIndices[back]
      if (at === undefined) continue
      if (chosen.length === limit) return chosen
      chosen.push({ curve, at })
    }
  }
  return chosen
}

/** Infinities are equal to themselves. */
function compareLosses(a: number, b: number): number {
  return a === b ? 0 : a - b
}

/** Indices of the modeled reports of a curve, from its last one back. */
function reportIndicesOf(steps: readonly number[]): number[] {
  const indices: number[] = []
  let most = Number.POSITIVE_INFINITY
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at] as number
    if (step > most) continue
    indices.push(at)
    most = Math.min(step - 1, Math.round(step / STEP_RATIO))
  }
  return indices
}
