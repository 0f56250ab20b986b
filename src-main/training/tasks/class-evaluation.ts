import { createClassSource } from '../data/table-source.ts'
import type { EvaluationSet } from '../loop/train-network.ts'
import { classificationMetrics } from '../metrics/classification.ts'
import { confusionMatrix } from '../metrics/confusion.ts'

/**
 * Rows of features with their classes, and the measures of a classification.
 * @param features rows × width
 * @param labels class of every row
 */
export function classEvaluation(
  features: Float32Array,
  labels: Int32Array,
  classes: number,
): EvaluationSet {
  return {
    source: createClassSource(features, features.length / labels.length, labels, classes),
    measure: outputs => classificationMetrics(outputs, labels, classes),
    confusion: outputs => confusionMatrix(outputs, labels, classes),
  }
}
