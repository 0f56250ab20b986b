import type { InputTable } from '../../core/processes/prediction-protocol.ts'
import type { Prediction } from '../../core/models/exported-model.ts'
import { formatCsv } from '../../core/values/csv.ts'

/**
 * Numbers have six significant digits, or all of their whole ones. One row per prediction: `name` (a file, or the line of a table), `prediction`, and for classes one
 * `probability.<class>` each. Where a row has categories that training has not seen, a last column `unseen` names these columns.
 * @param classNames null for numbers
 * @param table the rows that were predicted; their columns come first, in place of `name`, and a name that they have is given another ending
 */
export function exportPredictionsCsv(
  classNames: readonly string[] | null,
  predictions: readonly Prediction[],
  table: InputTable | null = null,
): string {
  return formatCsv(predictionRows(classNames, predictions.map(roundedPrediction), table))
}

/** More are noise of the arithmetic: weights have 32 bits, which are seven digits. */
const SIGNIFICANT_DIGITS = 6

/** Numbers of six significant digits; whole digits stay. */
export function roundedPrediction(prediction: Prediction): Prediction {
  const { prediction: value, probabilities } = prediction
  return {
    ...prediction,
    prediction: typeof value === 'number' ? rounded(value) : value,
    probabilities: probabilities?.map(rounded) ?? null,
  }
}

function rounded(value: number): number {
  return Math.abs(value) < 10 ** SIGNIFICANT_DIGITS
    ? Number(value.toPrecision(SIGNIFICANT_DIGITS))
    : Math.round(value)
}

/** The rows of {@link exportPredictionsCsv}, the names of the columns first. */
export function predictionRows(
  classNames: readonly string[] | null,
  predictions: readonly Prediction[],
  table: InputTable | null = null,
): (string | number)[][] {
  const hasUnseen = predictions.some(({ unseen }) => unseen !== undefined)
  const header = [
    ...(table === null ? ['name'] : []),
    'prediction',
    ...(classNames ?? []).map(name => `probability.${name}`),
    ...(hasUnseen ? ['unseen'] : []),
  ]
  const rows = predictions.map(({ name, prediction, probabilities, unseen = [] }, row) => [
    ...(table === null ? [name] : cellsOf(table, row)),
    prediction,
    ...(probabilities ?? []),
    ...(hasUnseen ? [unseen.join(' ')] : []),
  ])
  return [
    table === null ? header : [...table.header, ...header.map(name => freeName(name, table))],
    ...rows,
  ]
}

/** As many as there are names. */
function cellsOf({ header, rows }: InputTable, row: number): string[] {
  return header.map((_, column) => rows[row]?.[column] ?? '')
}

function freeName(name: string, { header }: InputTable): string {
  let candidate = name
  for (let number = 2; header.includes(candidate); number++) candidate = `${name}.${number}`
  return candidate
}
