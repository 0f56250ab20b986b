import { createClassSource } from '../data/table-source.ts'
import type { EvaluationSet } from '../loop/train-network.ts'
import { classificationMetrics } from '../metrics/classification.ts'

/**
 * Rows of features with their classes, and the measures of a classification.
 * @param features rows × width
 * @param rows their numbers in the prepared data
 * @param allLabels class of every row of the prepared data
 */
export function classEvaluation(
  features: Float32Array,
  rows: Int32Array,
  allLabels: Int32Array,
  classes: number,
): EvaluationSet {
  const labels = rows.map(row => allLabels[row] as number)
  return {
    source: createClassSource(features, features.length / labels.length, labels, classes),
    measure: outputs => classificationMetrics(outputs, labels, classes),
    truth: { rows, targets: labels },
  }
}
