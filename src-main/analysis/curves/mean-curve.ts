import type { Curve } from '../../core/trial/trial.ts'
import { mean } from '../../math/numbers.ts'

/**
 * The mean of several curves at the steps that all of them have; empty for fewer than two. It ends where the shortest one ends: beyond,
 * it would be the mean of those that happened to go on.
 */
export function meanCurve(curves: readonly Curve[]): Curve {
  const [first, ...others] = curves
  if (first === undefined || others.length === 0) return { steps: [], values: [] }
  const valuesAt = others.map(
    ({ steps, values }) => new Map(steps.map((step, index) => [step, values[index] as number])),
  )
  const steps = first.steps.filter(step => valuesAt.every(values => values.has(step)))
  const firstValues = new Map(first.steps.map((step, index) => [step, first.values[index]]))
  return {
    steps,
    values: steps.map(step =>
      mean([firstValues.get(step), ...valuesAt.map(values => values.get(step))] as number[]),
    ),
  }
}
