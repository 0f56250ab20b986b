import { z } from 'zod'
import type { TrialSnapshot } from '../trial/trial.ts'

/**
 * A constraint of a study: a metric that must stay ≤ 0, or a metric with a bound of its own. Its value
 * is what counts for samplers and in the store: ≤ 0 is allowed, NaN is not.
 */
const metric = z.string().min(1)

export const constraintSchema = z.union([
  metric.describe('option.constraint.metric'),
  z.strictObject({ metric, atMost: z.number().describe('option.constraint.atMost') }),
  z.strictObject({ metric, atLeast: z.number().describe('option.constraint.atLeast') }),
])
export type Constraint = z.infer<typeof constraintSchema>

export function constraintMetric(constraint: Constraint): string {
  return typeof constraint === 'string' ? constraint : constraint.metric
}

/** How far the metric is beyond its bound: ≤ 0 where the constraint holds. */
export function constraintValue(constraint: Constraint, metricValue: number): number {
  if (typeof constraint === 'string') return metricValue
  return 'atMost' in constraint ? metricValue - constraint.atMost : constraint.atLeast - metricValue
}

/** The reverse of {@link constraintValue}, to rounding. */
export function constraintMetricValue(constraint: Constraint, value: number): number {
  if (typeof constraint === 'string') return value
  return 'atMost' in constraint ? constraint.atMost + value : constraint.atLeast - value
}

/** Whether a trial keeps every constraint; true where the study has none. */
export function isFeasible({ constraints }: Pick<TrialSnapshot, 'constraints'>): boolean {
  return constraints === undefined || constraints.every(value => value <= 0)
}
