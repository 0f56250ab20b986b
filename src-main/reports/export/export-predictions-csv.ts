import type { Prediction } from '../../core/models/exported-model.ts'
import { formatCsv } from './csv.ts'

/**
 * One row per prediction: `name` (a file, or the line of a table), `prediction`, and for classes one
 * `probability.<class>` each. Where a row has categories that training has not seen, a last column `unseen` names these columns.
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
  const hasUnseen = predictions.some(({ unseen }) => unseen !== undefined)
  const header = [
    'name',
    'prediction',
    ...(classNames ?? []).map(name => `probability.${name}`),
    ...(hasUnseen ? ['unseen'] : []),
  ]
  const rows = predictions.map(({ name, prediction, probabilities, unseen = [] }) => [
    name,
    prediction,
    ...(probabilities ?? []),
    ...(hasUnseen ? [unseen.join(' ')] : []),
  ])
  return [header, ...rows]
}
