import { firstIndexWhere } from '../../../math/numbers.ts'
import { quantileSorted } from '../../../math/statistics/quantile.ts'
import type { TrainingCurve } from './training-curve.ts'

/**
 * How values change with the step, whatever the training:
 *
 *     f(t) = Σ_{s ≤ t} median over trainings of z(s) − z(s⁻)                                          (4)
 *
 * with s⁻ the report before s; one training more counts, which stays where it is. Behind the last report f is level. Changes, not values: only
 * good trainings come far, so the median value at a late step would fall even if nothing did.
 */
export function commonFall(
  curves: readonly TrainingCurve[],
  toModel: (loss: number) => number,
): (step: number) => number {
  const changes = new Map<number, number[]>()
  for (const { steps, losses } of curves) {
    let before = Number.NaN
    for (let at = 0; at < steps.length; at++) {
      const value = toModel(losses[at] as number)
      if (at > 0) changesAt(changes, steps[at] as number).push(value - before)
      before = value
    }
  }
  const steps = [...changes.keys()].sort((a, b) => a - b)
  let sum = 0
  const falls = steps.map(step => {
    const sorted = Float64Array.from(changes.get(step) as number[]).sort()
    return (sum += quantileSorted(sorted, 0.5))
  })
  return step =>
    falls[firstIndexWhere(steps.length, index => (steps[index] as number) > step) - 1] ?? 0
}

function changesAt(changes: Map<number, number[]>, step: number): number[] {
  const stepChanges = changes.get(step)
  if (stepChanges !== undefined) return stepChanges
  const first = [0]
  changes.set(step, first)
  return first
}
