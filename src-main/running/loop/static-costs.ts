import {
  constraintMetric,
  constraintMetricValue,
  constraintValue,
} from '../../core/study/constraints.ts'
import { staticCostMetrics } from '../../core/trial/cost-metrics.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import type { Assignment, TrialValues } from '../../core/trial/trial.ts'
import { sketchTrial } from '../../training/tasks/sketch-trial.ts'

/** A point that breaks a constraint whatever training makes of it. */
export interface TooCostly extends TrialValues {
  readonly reason: MessageDescriptor
}

/**
 * Judges what is known of a network before it is trained: its size and its multiply-adds. The constraints that only training can judge
 * are NaN then, and so is the value of every goal.
 * @returns null for a point that may be trained, and where nothing is known
 */
export function tooCostly(
  { specification, dataset }: Pick<StudyRecord, 'specification' | 'dataset'>,
  parameters: Assignment,
): TooCostly | null {
  const { constraints, goals } = specification
  const isStatic = (metric: string): metric is (typeof staticCostMetrics)[number] =>
    staticCostMetrics.some(name => name === metric)
  if (!constraints.some(constraint => isStatic(constraintMetric(constraint)))) return null
  const sketch = sketchOf(specification, dataset, parameters)
  if (sketch === null) return null
  const values = constraints.map(constraint => {
    const metric = constraintMetric(constraint)
    return isStatic(metric) ? constraintValue(constraint, sketch[metric]) : Number.NaN
  })
  const broken = values.findIndex(value => value > 0)
  const constraint = constraints[broken]
  if (constraint === undefined) return null
  const metric = constraintMetric(constraint)
  const value = constraintMetricValue(constraint, values[broken] ?? Number.NaN)
  const limit = constraintMetricValue(constraint, 0)
  return {
    values: goals.map(() => Number.NaN),
    constraints: values,
    reason: msg('pruning.tooCostly', { metric, value, limit }),
  }
}

/** A point that no network can have fails when it is trained, and says why. */
function sketchOf(
  specification: StudyRecord['specification'],
  dataset: StudyRecord['dataset'],
  parameters: Assignment,
): ReturnType<typeof sketchTrial> {
  try {
    return sketchTrial(specification, dataset, parameters)
  } catch {
    return null
  }
}
