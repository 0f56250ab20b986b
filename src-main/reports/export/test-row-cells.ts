import type { TestRows } from '../../core/questions/test-rows.ts'
import { predictionRows, roundedPrediction } from './export-predictions-csv.ts'

/** Names first: the line in the file, the columns as they are written there, what the model predicts. */
export function testRowCells({
  header,
  rows,
  predictions,
}: TestRows): (readonly (string | number | null)[])[] {
  const [names = [], ...predicted] =
    predictions === null
      ? []
      : predictionRows(predictions.classNames, predictions.predictions.map(roundedPrediction))
  return [
    ['line', ...header, ...names.slice(1)],
    ...rows.map(({ line, fields }, at) => [
      line,
      ...header.map((_, column) => fields[column] ?? null),
      ...(predicted[at] ?? []).slice(1),
    ]),
  ]
}
