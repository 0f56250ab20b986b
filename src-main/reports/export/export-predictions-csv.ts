import type { Prediction } from '../../core/models/exported-model.ts'
import { formatCsv } from './csv.ts'

/**
 * One row per prediction: `name` (a file, or the line of a table), `prediction`, and for classes one
 * `probability.<class>` each.
 * @param classNames null for numbers
 */
export function exportPredictionsCsv(
  classNames: readonly string[] | null,
  predictions: readonly Prediction[],
): string {
  return formatCsv(predictionRows(classNames, predictions))
}

/** The rows of {@link exportPredictionsCsv}, the names of the columns first. */
export function predictionRows(
  classNames: readonly string[] | null,
  predictions: readonly Prediction[],
): (string | number)[][] {
  const header = ['name', 'prediction', ...(classNames ?? []).map(name => `probability.${name}`)]
  const rows = predictions.map(({ name, prediction, probabilities }) => [
    name,
    prediction,
    ...(probabilities ?? []),
  ])
  return [header, ...rows]
}
